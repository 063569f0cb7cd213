/** So much is asked for ahead at most. */
const MOST_AHEAD_BYTES = 1_048_576;

/** Reads a range of something. */
export type ReadRange = (offset: number, lengthBytes: number) => Promise<Uint8Array>;

/**
 * Asks for what comes next while the caller is busy, once he has read one piece after the other: half of what he has
 * read so far, so that whoever stops early has caused little. While a record is read, all its fragments' next pieces
 * are on their way at once.
 */
export function readAhead(read: ReadRange, sizeBytes: number): ReadRange {
  /** Where the run of reads that the caller is at began, and where it would go on. */
  let run = { begin: 0, end: -1 };
  const nothing = {
    offset: 0,
    lengthBytes: 0,
    bytes: Promise.resolve(new Uint8Array()) as Promise<Uint8Array>,
  };
  let ahead = nothing;

  function ask(offset: number, pieceBytes: number): void {
    const pieces = Math.floor(Math.min((offset - run.begin) / 2, MOST_AHEAD_BYTES) / pieceBytes);
    const lengthBytes = Math.min(pieces * pieceBytes, sizeBytes - offset);
    if (lengthBytes <= 0) return;
    const asked = { offset, lengthBytes, bytes: read(offset, lengthBytes) };
    ahead = asked;
    // It is whoever wants the bytes that hears of it; whoever wants them later asks again.
    asked.bytes.catch(() => {
      if (ahead === asked) ahead = nothing;
    });
  }

  return async (offset, lengthBytes) => {
    const follows = offset === run.end;
    run = { begin: follows ? run.begin : offset, end: offset + lengthBytes };
    const held = ahead;
    const isHeld = offset >= held.offset && run.end <= held.offset + held.lengthBytes;
    const bytes = isHeld ? held.bytes : read(offset, lengthBytes);
    if (follows && run.end >= held.offset + held.lengthBytes) ask(run.end, lengthBytes);
    return isHeld ? (await bytes).subarray(offset - held.offset, run.end - held.offset) : bytes;
  };
}
