import { type ChartState, findVersion } from "../chart/state.ts";
import { equalBytes } from "../encoding/bytes.ts";
import type { Envelope } from "../envelope/envelope.ts";
import { ChirographError } from "../error.ts";

/**
 * Whether a chart stands behind an envelope: it names this very envelope, and whoever signed the envelope also
 * signed, with the right to write, the link that names it. Needs no key.
 * @throws ChirographError `mismatch` or `erased`
 */
export function admitEnvelope(state: ChartState, envelope: Envelope): void {
  if (!equalBytes(envelope.chart, state.chart)) refuse("it belongs to another chart");
  const version = findVersion(state, envelope.record, envelope.version);
  if (version === undefined) refuse("the chart document knows no such version");
  if (!equalBytes(version.envelopeHash, envelope.hash))
    refuse("the chart document names another one for this version");
  if (!equalBytes(version.signer, envelope.author))
    refuse("its author is not the one who added the version to the chart");
  const saysTheSame =
    version.epoch === envelope.epoch &&
    version.suite === envelope.suite &&
    version.total === envelope.total &&
    version.needed === envelope.needed &&
    equalBytes(version.parent, envelope.parent);
  if (!saysTheSame) refuse("it states other parameters than the chart document");
  if (version.erased)
    throw new ChirographError("erased", "This version was erased; its tombstone is in the chart document.");
}

/** Refuses an envelope by anybody else than `author` (an Ed25519 public key), or a chart that somebody else began. */
export function requireAuthor(state: ChartState, envelope: Envelope, author: Uint8Array): void {
  if (!equalBytes(envelope.author, author) || !equalBytes(state.owner, author)) {
    throw new ChirographError(
      "wrong-author",
      "The record is signed by somebody else than the author that was asked for.",
    );
  }
}

function refuse(reason: string): never {
  throw new ChirographError("mismatch", `The envelope is refused: ${reason}.`);
}
