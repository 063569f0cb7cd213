import { inBatches } from "../body.ts";
import { unlessAborted } from "../remote/unless-aborted.ts";
import type { CallOptions } from "../store.ts";
import { DRAFTS } from "../subfolders.ts";
import type { SftpConnection } from "./connection.ts";
import { RemoteFile } from "./remote-file.ts";
import type { RemoteFolder } from "./remote-folder.ts";
import { whetherFull } from "./space.ts";
import { guarded, ignoring, NO_SUCH_FILE } from "./status.ts";

/** Small pieces of a body are gathered into writes of so much. */
const WRITE_BYTES = 131_072;

export interface Draft {
  readonly path: string;
  readonly sizeBytes: number;
  readonly pieces: AsyncIterable<Uint8Array>;
}

/**
 * Writes a draft to the server's disk.
 * @throws StoreError `unavailable`, `denied`, `full`; the signal's reason; what the pieces throw
 */
export async function writeDraft(
  connection: SftpConnection,
  folder: RemoteFolder,
  { path, sizeBytes, pieces }: Draft,
  options: CallOptions,
): Promise<void> {
  const file = await openDraft(connection, folder, path, options);
  const refused = async (error: unknown): Promise<never> => {
    throw await whetherFull(connection, folder.path, error);
  };
  const written = (step: Promise<void>): Promise<void> =>
    guarded(() => unlessAborted(step.catch(refused), options.signal));
  try {
    for await (const batch of inBatches(pieces, Math.min(sizeBytes, WRITE_BYTES))) {
      await written(file.write(batch));
    }
    await written(file.finish());
  } catch (error) {
    file.close().catch(() => undefined);
    throw error;
  }
}

async function openDraft(
  connection: SftpConnection,
  folder: RemoteFolder,
  path: string,
  options: CallOptions,
): Promise<RemoteFile> {
  const settled = (): Promise<void> => unlessAborted(folder.settle(connection, DRAFTS), options.signal);
  return guarded(async () => {
    await settled();
    const file = await RemoteFile.open(connection, path, "wx", options).catch(ignoring(NO_SUCH_FILE));
    if (file !== undefined) return file;
    // Somebody removed the folder of drafts.
    folder.forget(DRAFTS);
    await settled();
    return RemoteFile.open(connection, path, "wx", options);
  });
}
