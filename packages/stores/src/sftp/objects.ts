import { unlessAborted } from "../remote/unless-aborted.ts";
import { StoreError } from "../error.ts";
import type { CallOptions, ListRequest, ObjectHead } from "../store.ts";
import { listSubfolders } from "../subfolder-listing.ts";
import type { SftpConnection } from "./connection.ts";
import { RemoteFile } from "./remote-file.ts";
import { entriesIn, entryAt, type RemoteFolder } from "./remote-folder.ts";
import { ignoring, NO_SUCH_FILE } from "./status.ts";

/** So many subfolders are read together while listing. */
const AHEAD = 8;
/** There are at most 1,368 subfolders; what else lies beside them is little. */
const MOST_FOLDERS = 10_000;
const MOST_OBJECTS = 1_000_000;

/** Size of an object; `null` when no regular file has its name. */
export async function headOf(
  connection: SftpConnection,
  folder: RemoteFolder,
  name: string,
): Promise<ObjectHead | null> {
  const entry = await entryAt(connection, folder.pathOf(name));
  if (entry === null) await folder.require(connection);
  return entry?.isFile === true ? { name, sizeBytes: entry.sizeBytes } : null;
}

/** One page of the objects in the store's folder. */
export async function listObjects(
  connection: SftpConnection,
  folder: RemoteFolder,
  request: ListRequest,
  options: CallOptions,
): Promise<ObjectHead[]> {
  await folder.require(connection);
  const shelves = {
    folders: async () => {
      const entries = await entriesIn(connection, folder.path, MOST_FOLDERS, () => true);
      return entries.filter(({ isFolder }) => isFolder).map(({ name }) => name);
    },
    objectsIn: (subfolder: string, wanted: (name: string) => boolean) =>
      objectsIn(connection, folder.within(subfolder), wanted),
  };
  return listSubfolders(shelves, request, options, AHEAD);
}

/** Opens the file of an object. @throws StoreError `not-found` */
export async function openObject(
  connection: SftpConnection,
  folder: RemoteFolder,
  name: string,
  options: CallOptions,
): Promise<{ file: RemoteFile; sizeBytes: number }> {
  const path = folder.pathOf(name);
  // Before it is opened: a server would wait for the other end of a pipe.
  const entry = await unlessAborted(entryAt(connection, path), options.signal);
  if (entry?.isFile === true) {
    const file = await RemoteFile.open(connection, path, "r", options).catch(ignoring(NO_SUCH_FILE));
    if (file !== undefined) return { file, sizeBytes: entry.sizeBytes };
  }
  await unlessAborted(folder.require(connection), options.signal);
  throw new StoreError("not-found", "No object has that name.");
}

async function objectsIn(
  connection: SftpConnection,
  path: string,
  wanted: (name: string) => boolean,
): Promise<ObjectHead[]> {
  const entries = await entriesIn(connection, path, MOST_OBJECTS, wanted);
  return entries
    .filter(({ isFile }) => isFile)
    .map(({ name, sizeBytes }) => ({ name, sizeBytes }))
    .toSorted((left, right) => (left.name < right.name ? -1 : 1));
}
