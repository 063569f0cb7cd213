import type { Engine } from "@chirograph/engine/interface";
import { deriveMarkKey } from "../chart/secrets.ts";
import { secretsOfVersion, type UnlockedChart } from "../chart/unlock.ts";
import { markReader } from "../cut/marks.ts";
import type { LockedEnvelope } from "../envelope/envelope.ts";
import { notForYou } from "../error.ts";

/** What the word makes of a fragment's two marks: its own index and the next one's, from 0; `undefined` for a mark of no fragment of this version. */
export interface ReadMarks {
  readonly own: number | undefined;
  readonly next: number | undefined;
}

/**
 * Reads the marks that an envelope lists, as the holder of the word reads those of a bag of fragments.
 * @throws ChirographError `not-for-you`
 */
export async function readMarks(
  engine: Engine,
  unlocked: UnlockedChart,
  envelope: LockedEnvelope,
): Promise<ReadMarks[]> {
  const secrets = await secretsOfVersion(engine, unlocked, envelope);
  if (secrets === null) throw notForYou();
  const reader = await markReader(engine, await deriveMarkKey(engine, secrets.chartSecret, envelope));
  return envelope.places.map(({ head, tail }) => ({ own: reader.head(head), next: reader.tail(tail) }));
}
