import { StoreError } from "../error.ts";
import type { SftpConnection } from "./connection.ts";
import { SftpStatus } from "./status.ts";

const FAILURE = 4;
/** With less than that free, a write that fails without a reason failed for want of space. */
const FULL_BYTES = 1_048_576;

/** SFTP has no word for "no space": where the server tells how much there is, a bare failure is understood so. */
export async function whetherFull(
  connection: SftpConnection,
  path: string,
  error: unknown,
): Promise<unknown> {
  if (!(error instanceof SftpStatus && error.status === FAILURE) || !connection.has("statvfs")) return error;
  const space = await connection
    .ask((sftp, answer) => sftp.ext_openssh_statvfs(path, answer), isSpace)
    .catch(() => undefined);
  if (space === undefined) return error;
  const isFull = space.f_bavail * space.f_frsize < FULL_BYTES || (space.f_files > 0 && space.f_favail === 0);
  return isFull ? new StoreError("full", "The SFTP server has no space left.", { cause: error }) : error;
}

/** statvfs(3): blocks of `f_frsize` bytes and files that are free for the user. */
interface Space {
  readonly f_frsize: number;
  readonly f_bavail: number;
  readonly f_files: number;
  readonly f_favail: number;
}

function isSpace(result: unknown): result is Space {
  return typeof result === "object" && result !== null && "f_bavail" in result;
}
