import { compareBytes } from "../encoding/bytes.ts";
import { quoted } from "../encoding/quote.ts";
import { utf8 } from "../encoding/text.ts";
import { ChirographError } from "../error.ts";

const LONGEST_PATH_BYTES = 4096;
const LONGEST_SEGMENT_BYTES = 255;

/** One file of a record, or an empty folder (a path that ends in "/", 0 bytes). */
export interface Entry {
  /** Relative, normalised (NFC), segments separated by "/". */
  readonly path: string;
  readonly bytes: number;
}

/** One file under a plain name, or a folder of entries. */
export type Shape = "file" | "folder";

/**
 * Backslash, control characters, and the marks that turn the direction of text and so disguise a name. A fixed
 * list, since what Unicode leaves unassigned changes from year to year and a record must open in thirty.
 */
const FORBIDDEN = /[\\\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/** Order of entries in a record: by the bytes of their paths. */
export function compareEntries(left: Entry, right: Entry): number {
  return compareBytes(utf8(left.path), utf8(right.path));
}

/**
 * The rules of docs/format.md, section 9, for the paths of a record; they keep a record from writing outside the
 * folder it is opened into.
 * @throws ChirographError `invalid-path`, naming the path and the rule
 */
export function checkEntries(shape: Shape, entries: readonly Entry[]): void {
  for (const entry of entries) checkEntry(shape, entry);
  if (shape === "file" && entries.length !== 1) refuse("", "a record that is one file has exactly one name");
  for (let index = 1; index < entries.length; index++) {
    if (compareEntries(entries[index - 1]!, entries[index]!) >= 0) {
      refuse(entries[index]!.path, "names must be in order and different (after Unicode normalisation)");
    }
  }
  checkNoFileIsAFolder(entries);
}

function checkEntry(shape: Shape, { path, bytes }: Entry): void {
  const isFolder = path.endsWith("/");
  if (isFolder && (shape === "file" || bytes !== 0)) refuse(path, "a folder has no content");
  if (!path.isWellFormed()) refuse(path, "it is not valid Unicode");
  if (path !== path.normalize("NFC")) refuse(path, "it is not in Unicode normalisation form C");
  if (utf8(path).length > LONGEST_PATH_BYTES) refuse(path, `it is longer than ${LONGEST_PATH_BYTES} bytes`);
  const segments = (isFolder ? path.slice(0, -1) : path).split("/");
  if (shape === "file" && segments.length !== 1) refuse(path, "a record that is one file has a plain name");
  for (const segment of segments) {
    if (segment === "") refuse(path, "it is empty, absolute or has an empty part");
    if (segment === "." || segment === "..") refuse(path, `"${segment}" is not allowed in it`);
    if (FORBIDDEN.test(segment)) refuse(path, "it has a backslash, a control character or a direction mark");
    if (utf8(segment).length > LONGEST_SEGMENT_BYTES)
      refuse(path, `a part is longer than ${LONGEST_SEGMENT_BYTES} bytes`);
  }
}

/** "a" and "a/b" cannot both be files. */
function checkNoFileIsAFolder(entries: readonly Entry[]): void {
  const files = new Set(entries.map(({ path }) => (path.endsWith("/") ? path.slice(0, -1) : path)));
  if (files.size !== entries.length) refuse("", "a name stands for a file and a folder at once");
  for (const { path } of entries) {
    const segments = path.split("/");
    for (let depth = 1; depth < segments.length; depth++) {
      const parent = segments.slice(0, depth).join("/");
      if (parent !== path.slice(0, -1) && files.has(parent))
        refuse(parent, "it is both a file and a folder with content");
    }
  }
}

function refuse(path: string, reason: string): never {
  const name = path === "" ? "A name in the record" : `The name ${quoted(path)}`;
  throw new ChirographError("invalid-path", `${name} is refused: ${reason}.`);
}
