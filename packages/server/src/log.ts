/** What a server tells whoever started it. Never tokens, cookies, bodies. */
export interface Log {
  /** For people, always. */
  line(text: string): void;
  /** One line for each request, where it was asked for. */
  request(text: string): void;
  /** A defect, or work that failed and that nobody waits for. */
  failure(what: string, error: unknown): void;
}

export interface LogOptions {
  readonly verbose: boolean;
  readonly write?: (line: string) => void;
}

export function openLog({ verbose, write = (line) => void process.stdout.write(line) }: LogOptions): Log {
  return {
    line: (text) => write(`${text}\n`),
    request: (text) => {
      if (verbose) write(`${text}\n`);
    },
    failure: (what, error) => write(`${what} failed: ${describe(error)}\n`),
  };
}

function describe(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : "something that is no error";
  return text.replaceAll(/\s+/g, " ").slice(0, 500);
}
