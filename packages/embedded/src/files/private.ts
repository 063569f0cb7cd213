import { statSync } from "node:fs";
import { EmbeddedError } from "../error.ts";
import { showName } from "./name.ts";

const OTHERS = 0o077;

/**
 * Like a private key of ssh a secret is not used when others may read it.
 * @throws EmbeddedError `exposed`; the system's errors
 */
export function requirePrivate(path: string): void {
  const { mode } = statSync(path);
  // Windows has no such modes: every file looks as if all might read it.
  if (process.platform === "win32" || (mode & OTHERS) === 0) return;
  throw new EmbeddedError("exposed", `${showName(path)} may be read by others, so it is not used.`, {
    hint: `Close it again: chmod 600 ${showName(path)}`,
  });
}
