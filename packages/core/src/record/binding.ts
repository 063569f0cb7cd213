import type { Engine } from "@chirograph/engine/interface";
import type { ChartState } from "../chart/state.ts";
import { equalBytes, isZero, toHex } from "../encoding/bytes.ts";
import { labelled } from "../encoding/label.ts";
import type { Card } from "../envelope/card.ts";
import type { Envelope } from "../envelope/envelope.ts";
import { ChirographError } from "../error.ts";

/** What ties a version to the one chart that began with a certain link (docs/format.md, section 9). */
export function bindingOf(engine: Engine, state: ChartState): Promise<Uint8Array<ArrayBuffer>> {
  return engine.sha256([labelled("binding", state.chart, state.genesisHash)]);
}

/** Refuses a box that was sealed for another chart, and with it another patient's record. */
export async function checkBinding(
  engine: Engine,
  state: ChartState,
  box: { readonly binding: Uint8Array },
): Promise<void> {
  if (!equalBytes(box.binding, await bindingOf(engine, state))) {
    throw new ChirographError("mismatch", "The record was sealed for another patient's chart.");
  }
}

/** Refuses a card that claims an author who is not the one that signed, or is nobody in this chart. */
export function checkCardAuthor(state: ChartState, envelope: Envelope, card: Card): void {
  if (isZero(card.author)) return;
  const named = state.everMembers.get(toHex(card.author));
  if (named === undefined || !equalBytes(named.signing, envelope.author)) {
    throw new ChirographError(
      "mismatch",
      "The card names another author than the one who signed the envelope.",
    );
  }
}
