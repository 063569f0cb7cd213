import { compareEntries, type RecordContent } from "@chirograph/core";
import type { SourceFiles } from "../contract.ts";
import { TITLE } from "../names.ts";
import { BrowserError } from "../problem.ts";

const PIECE_BYTES = 1_048_576;

/** Files of the person's own, as the core takes them: read while they are sealed, a piece at a time. */
export function contentOf(
  source: SourceFiles,
  { signal, onRead }: { signal: AbortSignal; onRead: (bytes: number) => void },
): RecordContent {
  const files = source.files
    .map(({ path, file }) => ({ path: path.normalize("NFC"), bytes: file.size, file }))
    .toSorted(compareEntries);
  return {
    shape: source.shape,
    entries: files.map(({ path, bytes }) => ({ path, bytes })),
    kind: source.kind,
    metadata: new Map(source.shape === "folder" ? [[TITLE, source.name]] : []),
    data: piecesOf(
      files.map(({ file }) => file),
      signal,
      onRead,
    ),
  };
}

async function* piecesOf(
  files: readonly File[],
  signal: AbortSignal,
  onRead: (bytes: number) => void,
): AsyncGenerator<Uint8Array, void, void> {
  for (const file of files) {
    for (let offset = 0; offset < file.size; offset += PIECE_BYTES) {
      signal.throwIfAborted();
      const piece = await readPiece(file, offset);
      onRead(piece.length);
      yield piece;
    }
  }
}

async function readPiece(file: File, offset: number): Promise<Uint8Array> {
  try {
    return new Uint8Array(await file.slice(offset, offset + PIECE_BYTES).arrayBuffer());
  } catch (error) {
    throw new BrowserError("source", "A file has changed since it was chosen, or cannot be read.", {
      cause: error,
    });
  }
}
