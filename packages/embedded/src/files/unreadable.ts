import { EmbeddedError } from "../error.ts";
import { showName } from "./name.ts";
import { systemCode } from "./system-code.ts";

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "does not exist",
  ENOTDIR: "does not exist",
  EISDIR: "is a folder",
  EACCES: "may not be read by you",
  EPERM: "may not be read by you",
  ELOOP: "is a link that leads in a circle",
  ENAMETOOLONG: "has too long a name",
};

/** Why there is nothing to read under a name; `undefined` when something is there and reading failed. */
export function reasonOf(code: string): string | undefined {
  return reasons[code];
}

/** What the operating system said about a file that was to be read; any other error stays as it is. */
export function unreadable(path: string, error: unknown): unknown {
  const code = systemCode(error);
  if (code === undefined) return error;
  const reason = reasonOf(code);
  if (reason !== undefined)
    return new EmbeddedError("missing", `${showName(path)} ${reason}.`, { cause: error });
  return new EmbeddedError("io", `${showName(path)} could not be read (${code}).`, { cause: error });
}
