import { ChirographError, contentBytes, fingerprint, type Inside, isZero } from "@chirograph/core";
import type { Id, OpenChart } from "@chirograph/vault";
import { showName } from "../../terminal/name.ts";
import { count, showBytes, showTime } from "../../terminal/quantity.ts";

/** What a reader learns of a version without fetching its fragments. */
export interface Described {
  readonly kind: string;
  readonly sealedAt: string;
  /** Fingerprint of the author; `null` for a key that is used once. */
  readonly author: string | null;
  readonly name: string;
  readonly entries: number;
  readonly bytes: number;
}

/** `null` for a version that these keys do not open. */
export async function describeIfOpen(
  chart: OpenChart | undefined,
  record: Id,
  version?: Id,
): Promise<Described | null> {
  if (chart === undefined) return null;
  try {
    const { card, inside } = await chart.describe(record, version);
    return {
      kind: card.kind,
      sealedAt: showTime(card.time),
      author: isZero(card.author) ? null : fingerprint(card.author),
      name: nameOf(inside),
      entries: inside.entries.length,
      bytes: contentBytes(inside.entries),
    };
  } catch (error) {
    const isShut =
      error instanceof ChirographError && (error.code === "not-for-you" || error.code === "erased");
    if (!isShut) throw error;
    return null;
  }
}

/** One line of a list. */
export function showDescribed({ kind, sealedAt, name, bytes }: Described): string {
  return `${sealedAt}  ${kind}  ${showBytes(bytes)}  ${name}`;
}

function nameOf({ shape, entries }: Inside): string {
  return shape === "file" ? showName(entries[0]!.path) : count(entries.length, "file");
}
