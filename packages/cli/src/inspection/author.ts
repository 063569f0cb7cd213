import { type ChartState, type Envelope, fingerprint, type Recipient, toHex } from "@chirograph/core";
import type { Terminal } from "../terminal/terminal.ts";

/** The member of the chart whose key signed the envelope; `undefined` when it was a key that is used once. */
export function authorOf(state: ChartState, envelope: Envelope): Recipient | undefined {
  const signing = toHex(envelope.author);
  return [...state.members.values()].find(({ recipient }) => toHex(recipient.signing) === signing)?.recipient;
}

/** What a signature says to somebody who did not ask for a certain author: less than it seems. */
export function tellAuthor(terminal: Terminal, author: Recipient | undefined): void {
  if (author === undefined) {
    terminal.warn("The author is not verified: a key signed that was used once, and anybody can make one.");
  } else {
    terminal.note(
      `Signed by ${fingerprint(author.member)}. With --from RECIPIENT no other author is accepted.`,
    );
  }
}
