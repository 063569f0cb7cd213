import type { CallOptions, ListRequest, ObjectHead } from "../store.ts";
import { listSubfolders } from "../subfolder-listing.ts";
import { subfolderOf } from "../subfolders.ts";
import { odd } from "./answer.ts";
import type { DavServer } from "./dav-server.ts";
import type { DavFolders } from "./folders.ts";
import { type DavEntry, propfind } from "./propfind.ts";

/** So many subfolders are asked for together while listing. */
const AHEAD = 8;

export function pathOf(name: string): string {
  return `${subfolderOf(name)}/${name}`;
}

/** Size of an object; `null` when no file has its name. */
export async function headOf(
  server: DavServer,
  folders: DavFolders,
  name: string,
  options: CallOptions,
): Promise<ObjectHead | null> {
  const isIt = ({ path }: DavEntry): boolean => path[1] === name;
  const found = await propfind(server, pathOf(name), 0, isIt, options);
  if (found === null) {
    await folders.require(options);
    return null;
  }
  const [entry] = found.entries;
  if (entry === undefined) throw odd("answers about something else than was asked for");
  return entry.isFolder ? null : objectOf(entry);
}

/** One page of the objects in the store's folder. */
export async function listObjects(
  server: DavServer,
  folders: DavFolders,
  request: ListRequest,
  options: CallOptions,
): Promise<ObjectHead[]> {
  const shelves = {
    folders: () => foldersIn(server, folders, options),
    objectsIn: (subfolder: string, wanted: (name: string) => boolean) =>
      objectsIn(server, subfolder, wanted, options),
  };
  return listSubfolders(shelves, request, options, AHEAD);
}

async function foldersIn(server: DavServer, folders: DavFolders, options: CallOptions): Promise<string[]> {
  const found = await propfind(server, "", 1, isSubfolder, options);
  if (found === null) await folders.require(options);
  return found?.entries.map(({ path }) => path[0]!) ?? [];
}

async function objectsIn(
  server: DavServer,
  subfolder: string,
  wanted: (name: string) => boolean,
  options: CallOptions,
): Promise<ObjectHead[]> {
  const isObject = ({ isFolder, path: [parent, name, ...rest] }: DavEntry): boolean =>
    !isFolder && parent === subfolder && name !== undefined && rest.length === 0 && wanted(name);
  const found = await propfind(server, `${subfolder}/`, 1, isObject, options);
  const objects = new Map(found?.entries.map((entry) => [entry.path[1]!, objectOf(entry)]));
  return [...objects.values()].toSorted((left, right) => (left.name < right.name ? -1 : 1));
}

function isSubfolder({ isFolder, path }: DavEntry): boolean {
  return isFolder && path.length === 1;
}

function objectOf({ path, sizeBytes }: DavEntry): ObjectHead {
  if (sizeBytes === undefined) throw odd("does not say how long an object is");
  return { name: path[1]!, sizeBytes };
}
