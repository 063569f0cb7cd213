import { Failure } from "../failure.ts";

/** What is written must be there whole or not at all, and a pipe cannot promise that. */
export function refuseStdout(path: string): void {
  if (path === "-")
    throw new Failure("usage", "The output cannot be standard output; name a file or a folder.");
}
