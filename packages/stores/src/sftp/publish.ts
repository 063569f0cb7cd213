import { StoreError } from "../error.ts";
import type { SftpConnection } from "./connection.ts";
import { entryAt } from "./remote-folder.ts";
import { NO_SUCH_FILE, SftpStatus } from "./status.ts";

/**
 * Gives a finished draft its name at `target`. Where the server makes hard links, in one step that replaces nothing.
 * @returns whether the server arbitrated: false when a look and a renaming had to do
 * @throws StoreError `exists`; SftpStatus `NO_SUCH_FILE` when the subfolder is missing
 */
export async function publish(connection: SftpConnection, draft: string, target: string): Promise<boolean> {
  if (connection.has("hardlink")) {
    try {
      await connection.tell((sftp, answer) => sftp.ext_openssh_hardlink(draft, target, answer));
      return true;
    } catch (error) {
      // The server says "failure" to a name that is taken as to a file system without links.
      if (!(error instanceof SftpStatus) || error.status === NO_SUCH_FILE) throw error;
    }
  }
  await refuseTaken(connection, target);
  try {
    await connection.tell((sftp, answer) => sftp.rename(draft, target, answer));
  } catch (error) {
    await refuseTaken(connection, target);
    throw error;
  }
  return false;
}

async function refuseTaken(connection: SftpConnection, target: string): Promise<void> {
  if ((await entryAt(connection, target)) === null) return;
  throw new StoreError("exists", "An object has that name already.");
}
