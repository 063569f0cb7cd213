import { parseArgs } from "node:util";
import { ServerFailure } from "./failure.ts";

export const USAGE = `chirograph-server serves a vault on this machine, and the browser application.

  --home DIR   where everything is kept ($CHIROGRAPH_HOME, or else ./data)
  --port N     the port, or the next one that is free; 0 for any (8420)
  --no-open    opens no browser
  --verbose    one line for every request
  --help       this
`;

const FIRST_PORT = 8420;
const LAST_PORT = 65_535;

export interface Arguments {
  readonly home: string;
  readonly port: number;
  readonly open: boolean;
  readonly verbose: boolean;
  readonly help: boolean;
}

/** @throws ServerFailure */
export function readArguments(words: readonly string[], environment: NodeJS.ProcessEnv): Arguments {
  const { values } = parse(words);
  return {
    home: nonEmpty(values.home ?? environment["CHIROGRAPH_HOME"]) ?? "data",
    port: portOf(values.port),
    open: values.open !== false,
    verbose: values.verbose === true,
    help: values.help === true,
  };
}

function parse(words: readonly string[]): {
  values: { home?: string; port?: string; open?: boolean; verbose?: boolean; help?: boolean };
} {
  try {
    return parseArgs({
      args: [...words],
      allowNegative: true,
      options: {
        home: { type: "string" },
        port: { type: "string" },
        open: { type: "boolean" },
        verbose: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : "That is no option.";
    throw new ServerFailure(`${reason}\n\n${USAGE}`, { cause: error });
  }
}

function portOf(text: string | undefined): number {
  if (text === undefined) return FIRST_PORT;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= LAST_PORT) return port;
  throw new ServerFailure(`--port is a number from 0 to ${LAST_PORT}.`);
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}
