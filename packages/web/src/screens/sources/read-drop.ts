/** A file that somebody chose or dropped, with its place below what was chosen. */
export interface FoundFile {
  readonly path: string;
  readonly file: File;
}

/** More than any study has; a whole disk dropped by mistake is not walked. */
export const MOST_FILES = 20_000;
const MOST_DEPTH = 32;

/** Files of an input; a folder's carry their path below it. */
export function filesOfInput(list: FileList): FoundFile[] {
  return Array.from(list, (file) => ({
    path: file.webkitRelativePath === "" ? file.name : file.webkitRelativePath,
    file,
  }));
}

/** Files of a drop, those in dropped folders too. Must be called before the drop's event is over. */
export async function filesOfDrop(transfer: DataTransfer): Promise<FoundFile[]> {
  const dropped = Array.from(transfer.items, (item) => ({
    entry: item.webkitGetAsEntry(),
    file: item.getAsFile(),
  }));
  const found: FoundFile[] = [];
  for (const { entry, file } of dropped) {
    if (entry !== null) await walk(entry, entry.name, 0, found);
    // What another page made and did not take from a disk has no entry.
    else if (file !== null) found.push({ path: file.name, file });
  }
  return found;
}

async function walk(entry: FileSystemEntry, path: string, depth: number, found: FoundFile[]): Promise<void> {
  if (found.length >= MOST_FILES || depth > MOST_DEPTH) return;
  if (isFile(entry)) {
    found.push({ path, file: await fileOf(entry) });
  } else if (isFolder(entry)) {
    const inside = await entriesOf(entry);
    const sorted = inside.toSorted((left, right) => (left.name < right.name ? -1 : 1));
    for (const child of sorted) await walk(child, `${path}/${child.name}`, depth + 1, found);
  }
}

/** A reader gives a part of a folder at a time, and nothing at its end. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  while (all.length < MOST_FILES) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (part.length === 0) break;
    all.push(...part);
  }
  return all;
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}
