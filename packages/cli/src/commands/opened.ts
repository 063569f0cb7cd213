import { type Card, type Envelope, fingerprint, type Recipient, toHex } from "@chirograph/core";
import type { FragmentState } from "../inspection/fragments.ts";
import { showTime } from "../terminal/quantity.ts";
import type { Outcome } from "./command.ts";
import type { Selection } from "./selection.ts";

/** What `open` says of a record that it wrote. */
export function describeOpened(opened: {
  output: string;
  envelope: Envelope;
  card: Card;
  selection: Selection;
  states: readonly FragmentState[];
  author: Recipient | undefined;
}): Outcome {
  const { output, envelope, card, selection, states, author } = opened;
  return {
    lines: [output],
    document: {
      output,
      record: toHex(envelope.record),
      version: toHex(envelope.version),
      kind: card.kind,
      sealedAt: showTime(card.time),
      author: author === undefined ? null : fingerprint(author.member),
      shape: selection.shape,
      entries: selection.entries.length,
      bytes: selection.end - selection.first,
      fragments: states,
    },
  };
}
