import type { StripeShape } from "../engine.ts";
import type { Run, StripeLayout } from "./layout.ts";
import type { SlotMap } from "./slot.ts";

/** The data blocks of a run, seen as the part of the sealed message that they are. */
export class MessageBlocks {
  readonly #layout: StripeLayout;
  readonly #run: Run;
  readonly #map: SlotMap;
  readonly #slot: Uint8Array;
  readonly #areas: readonly number[];

  /** @param areas the area of each data fragment in the slot, by its index */
  constructor(
    layout: StripeLayout,
    run: Run,
    { map, slot, areas }: { map: SlotMap; slot: Uint8Array; areas: readonly number[] },
  ) {
    this.#layout = layout;
    this.#run = run;
    this.#map = map;
    this.#slot = slot;
    this.#areas = areas;
  }

  /** The bytes `[firstByte, endByte)` of the message, all of them in the run, where they lie. */
  pieces(firstByte: number, endByte: number): Uint8Array[] {
    const pieces: Uint8Array[] = [];
    for (let at = firstByte; at < endByte; at += pieces.at(-1)!.length)
      pieces.push(this.#pieceAt(at, endByte));
    return pieces;
  }

  /** A copy of such bytes. */
  read(firstByte: number, endByte: number): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(Math.max(0, endByte - firstByte));
    for (let at = firstByte; at < endByte;) {
      const piece = this.#pieceAt(at, endByte);
      bytes.set(piece, at - firstByte);
      at += piece.length;
    }
    return bytes;
  }

  /** Writes bytes of the message, as far as they are in the run. */
  write(offset: number, bytes: Uint8Array): void {
    const end = Math.min(offset + bytes.length, this.#run.endByte);
    for (let at = Math.max(offset, this.#run.firstByte); at < end;) {
      const piece = this.#pieceAt(at, end);
      piece.set(bytes.subarray(at - offset, at - offset + piece.length));
      at += piece.length;
    }
  }

  /** What stands in the last stripe behind the message, where that is in the run. */
  behindMessage({ stripes, needed, blockBytes, lastBlockBytes, sealedBytes }: StripeShape): Uint8Array[] {
    if (this.#run.endStripe < stripes) return [];
    return this.pieces(sealedBytes, needed * ((stripes - 1) * blockBytes + lastBlockBytes));
  }

  #pieceAt(firstByte: number, endByte: number): Uint8Array {
    const { block, offset, lengthBytes } = this.#layout.pieceAt(this.#run, firstByte, endByte);
    const from = this.#map.areasAt[this.#areas[block]!]! + offset;
    return this.#slot.subarray(from, from + lengthBytes);
  }
}
