import type { Engine } from "@chirograph/engine/interface";
import type { FragmentSource } from "../cut/fragment.ts";
import { leafHashes } from "../cut/tree.ts";
import { equalBytes } from "../encoding/bytes.ts";
import type { ClassicEnvelope } from "../envelope/envelope.ts";
import { ChirographError, TooFewFragments } from "../error.ts";
import { ClassicDigest, RUN_BYTES } from "./digest.ts";

/**
 * The files of a classic version, each held to the bytes that its digest was found right for: opening reads them
 * twice, and what a store changes in between must neither come out as plaintext nor be put to the author's account.
 * @throws TooFewFragments when not every digest has its file
 */
export async function pinFiles(
  engine: Engine,
  envelope: ClassicEnvelope,
  sources: readonly FragmentSource[],
): Promise<FragmentSource[]> {
  const found = new Map<number, FragmentSource>();
  for (const source of sources) {
    const digest = new ClassicDigest(engine, envelope.version);
    for (let offset = 0; offset < source.sizeBytes; offset += RUN_BYTES) {
      await digest.update(await readRun(source, offset));
    }
    const value = await digest.finish();
    const index = envelope.pieces.findIndex((piece) => equalBytes(piece.digest, value));
    if (index >= 0) found.set(index, pinned(engine, source, digest.leaves));
  }
  if (found.size < envelope.total) throw new TooFewFragments(envelope.total, envelope.total, found.keys());
  return [...found.values()];
}

function pinned(engine: Engine, source: FragmentSource, leaves: readonly Uint8Array[]): FragmentSource {
  // Reads follow each other and do not end where runs do, so the last run is asked for again.
  let recent = { index: -1, run: new Uint8Array() as Uint8Array };

  async function runNumbered(index: number): Promise<Uint8Array> {
    if (recent.index !== index) {
      const run = await readRun(source, index * RUN_BYTES);
      const [leaf] = await leafHashes(engine, [run]);
      if (!equalBytes(leaf!, leaves[index]!)) {
        throw new ChirographError("damaged", "A file changed while it was being read: its store made it so.");
      }
      recent = { index, run };
    }
    return recent.run;
  }

  return {
    sizeBytes: source.sizeBytes,
    async read(offset, lengthBytes) {
      const bytes = new Uint8Array(lengthBytes);
      for (let done = 0; done < lengthBytes;) {
        const at = offset + done;
        const index = Math.floor(at / RUN_BYTES);
        const piece = (await runNumbered(index))
          .subarray(at - index * RUN_BYTES)
          .subarray(0, lengthBytes - done);
        if (piece.length === 0) throw new RangeError("outside the file");
        bytes.set(piece, done);
        done += piece.length;
      }
      return bytes;
    },
  };
}

/** Nothing of a run that cannot be read: its hash then misses. */
async function readRun(source: FragmentSource, offset: number): Promise<Uint8Array> {
  try {
    return await source.read(offset, Math.min(RUN_BYTES, source.sizeBytes - offset));
  } catch {
    return new Uint8Array();
  }
}
