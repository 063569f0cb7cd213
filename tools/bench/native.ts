import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { Workplace } from "./workplace.ts";

/** The two C programs, or why one is not there. */
export interface Native {
  readonly measure: string | undefined;
  readonly yardstick: string | undefined;
  readonly absent: string;
}

/** Compiles them into the workplace. */
export function compileNative(workplace: Workplace): Native {
  const measure = compile("measure", workplace, []);
  const yardstick = compile("yardstick", workplace, ["-lcrypto", "-lisal", "-lpthread"]);
  return {
    measure,
    yardstick,
    absent: measure === undefined ? "no C compiler; Debian: gcc libc6-dev" : "Debian: libssl-dev libisal-dev",
  };
}

function compile(name: string, workplace: Workplace, libraries: readonly string[]): string | undefined {
  const source = join(import.meta.dirname, `${name}.c`);
  const program = workplace.at(name);
  try {
    execFileSync("cc", ["-O3", "-Wall", "-Wextra", "-o", program, source, ...libraries], {
      stdio: "pipe",
    });
    return program;
  } catch {
    return undefined;
  }
}
