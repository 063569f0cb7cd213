import type { Engine } from "@chirograph/engine/interface";
import { labelled } from "../encoding/label.ts";
import { Reader } from "../encoding/reader.ts";
import { Writer } from "../encoding/writer.ts";
import { ChirographError } from "../error.ts";
import { MEMBER_ID_BYTES } from "../identity/recipient.ts";
import { epochBytes, type Scope, scopeBytes } from "../ids.ts";
import { openBox, sealBox } from "../layer1/box.ts";
import { pad, unpad } from "./padding.ts";

export const BINDING_BYTES = 32;
const FLOOR_BYTES = 256;

/** What a reader sees of a version before the word is known. */
export interface Card {
  /** Ties the version to the chart that began with one certain link: 32 bytes. */
  readonly binding: Uint8Array;
  /** Milliseconds since 1970-01-01 UTC, as the author says. */
  readonly time: number;
  /** A media type. */
  readonly kind: string;
  /** The author's member id; 32 zeros for a one-time key. */
  readonly author: Uint8Array;
}

export function sealCard(
  engine: Engine,
  cardKey: Uint8Array,
  scope: Scope,
  card: Card,
): Promise<Uint8Array<ArrayBuffer>> {
  const message = new Writer()
    .fixed(card.binding, BINDING_BYTES)
    .u64(card.time)
    .text16(card.kind)
    .fixed(card.author, MEMBER_ID_BYTES)
    .finish();
  return sealBox(engine, { key: cardKey, context: context(scope), message: pad(message, FLOOR_BYTES) });
}

export async function openCard(
  engine: Engine,
  cardKey: Uint8Array,
  scope: Scope,
  sealed: Uint8Array,
): Promise<Card> {
  const padded = await openBox(engine, { key: cardKey, context: context(scope), sealed });
  if (padded === null) {
    throw new ChirographError(
      "inconsistent-author",
      "The card does not open with the key that was given for it: its author, or whoever shared it, made it so.",
    );
  }
  const reader = new Reader(unpad(padded, FLOOR_BYTES, "card"), "card");
  const card = {
    binding: reader.fixed(BINDING_BYTES),
    time: reader.u64(),
    kind: reader.text16(),
    author: reader.fixed(MEMBER_ID_BYTES),
  };
  reader.end();
  return card;
}

function context(scope: Scope): Uint8Array {
  return labelled("card", scopeBytes(scope), epochBytes(scope.epoch));
}
