import type { Keep, KeepDraft, Kept } from "@chirograph/vault";
import { holdInTab } from "./tab-lock.ts";

const FOLDER = "sealed";
const DOCUMENT = "document";
const PIECE_BYTES = 262_144;

/** One version's folder. */
interface KeptFolder {
  readonly folders: FileSystemDirectoryHandle;
  readonly folder: FileSystemDirectoryHandle;
  readonly name: string;
}

/** Folders that this tab is still writing. */
const drafts = new Set<string>();

/**
 * Sealed fragments in this browser's own files (OPFS), a folder a version: a file for each fragment, the document last.
 * A folder without a document is a draft, and of no use once whoever wrote it is gone. A tab has a folder to itself
 * while it writes it, and from when it begins to send it.
 */
export function opfsKeep(): Keep {
  return {
    async begin(fragmentBytes) {
      const folders = await keepFolder();
      const name = crypto.randomUUID();
      drafts.add(name);
      await hold(name);
      const folder = await folders.getDirectoryHandle(name, { create: true });
      const kept: KeptFolder = { folders, folder, name };
      try {
        return await draftIn(kept, fragmentBytes.length);
      } catch (error) {
        await remove(kept);
        throw error;
      }
    },
    async kept() {
      const folders = await keepFolder();
      const found: Promise<Kept[]>[] = [];
      for await (const [name, folder] of folders.entries()) {
        if (folder.kind === "directory" && !drafts.has(name))
          found.push(finishedIn({ folders, folder, name }));
      }
      return (await Promise.all(found)).flat();
    },
  };
}

/** Forgets everything that is kept here and that no other tab is sending. */
export async function emptyKeep(): Promise<void> {
  for (const kept of await opfsKeep().kept()) await kept.drop();
}

/** What was finished in a folder; a draft that nobody is at is removed. */
async function finishedIn(kept: KeptFolder): Promise<Kept[]> {
  const document = await readIfThere(kept.folder);
  if (document !== undefined) return [keptOf(kept, document)];
  await remove(kept);
  return [];
}

async function draftIn(kept: KeptFolder, fragments: number): Promise<KeepDraft> {
  const names = Array.from({ length: fragments }, (_, index) => String(index));
  const files = await Promise.all(names.map((name) => openFile(kept.folder, name)));
  const close = (): void => {
    for (const file of files) file.close();
  };
  return {
    write: async (index, bytes) => writeWhole(files[index]!, bytes),
    async finish(document) {
      for (const file of files) file.flush();
      close();
      const last = await openFile(kept.folder, DOCUMENT);
      try {
        writeWhole(last, document);
        last.flush();
      } finally {
        last.close();
      }
      drafts.delete(kept.name);
      return keptOf(kept, document);
    },
    async abort() {
      close();
      await remove(kept);
    },
  };
}

/** A full disk takes a part. */
function writeWhole(file: FileSystemSyncAccessHandle, bytes: Uint8Array): void {
  if (file.write(bytes) === bytes.length) return;
  throw new DOMException("The browser's storage is full.", "QuotaExceededError");
}

function keptOf(kept: KeptFolder, document: Uint8Array): Kept {
  return {
    document,
    async *read(index) {
      if ((await hold(kept.name)) === undefined) {
        throw new DOMException("Another tab is sending it.", "NoModificationAllowedError");
      }
      const file = await openFile(kept.folder, String(index));
      try {
        // Its memory is used again: a new piece each time would fill memory faster than it is swept.
        const piece = new Uint8Array(PIECE_BYTES);
        for (let offset = 0; ;) {
          const bytes = file.read(piece, { at: offset });
          if (bytes === 0) return;
          yield piece.subarray(0, bytes);
          offset += bytes;
        }
      } finally {
        file.close();
      }
    },
    drop: () => remove(kept),
  };
}

async function openFile(
  folder: FileSystemDirectoryHandle,
  name: string,
): Promise<FileSystemSyncAccessHandle> {
  return (await folder.getFileHandle(name, { create: true })).createSyncAccessHandle();
}

async function readIfThere(folder: FileSystemDirectoryHandle): Promise<Uint8Array | undefined> {
  try {
    const file = await (await folder.getFileHandle(DOCUMENT)).getFile();
    return new Uint8Array(await file.arrayBuffer());
  } catch (error) {
    if (error instanceof DOMException && error.name === "NotFoundError") return undefined;
    throw error;
  }
}

/** What another tab is at stays. */
async function remove({ folders, name }: KeptFolder): Promise<void> {
  const release = await hold(name);
  if (release === undefined) return;
  try {
    await folders.removeEntry(name, { recursive: true });
  } catch (error) {
    // Dropped twice: a version that was resumed and committed.
    if (!(error instanceof DOMException && error.name === "NotFoundError")) throw error;
  } finally {
    drafts.delete(name);
    release();
  }
}

function hold(folder: string): Promise<(() => void) | undefined> {
  return holdInTab(`sealed-${folder}`);
}

async function keepFolder(): Promise<FileSystemDirectoryHandle> {
  return (await navigator.storage.getDirectory()).getDirectoryHandle(FOLDER, { create: true });
}
