import type { Engine } from "@chirograph/engine/interface";
import { leafHashes, treeHash } from "../cut/tree.ts";
import { labelled } from "../encoding/label.ts";
import { Writer } from "../encoding/writer.ts";

/** Length of the runs that a classic file is hashed in. */
export const RUN_BYTES = 1_048_576;

/**
 * Digest of one classic file (docs/format.md, section 15), fed in pieces: a hash tree over runs of 1 MiB, since a
 * browser cannot hash a stream.
 */
export class ClassicDigest {
  readonly #engine: Engine;
  readonly #version: Uint8Array;
  readonly #run = new Uint8Array(RUN_BYTES);
  readonly #leaves: Uint8Array[] = [];
  #filled = 0;
  #lengthBytes = 0;

  constructor(engine: Engine, version: Uint8Array) {
    this.#engine = engine;
    this.#version = version;
  }

  async update(piece: Uint8Array): Promise<void> {
    this.#lengthBytes += piece.length;
    for (let offset = 0; offset < piece.length;) {
      const taken = Math.min(piece.length - offset, RUN_BYTES - this.#filled);
      this.#run.set(piece.subarray(offset, offset + taken), this.#filled);
      offset += taken;
      this.#filled += taken;
      if (this.#filled === RUN_BYTES) await this.#closeRun();
    }
  }

  /** The 32-byte digest; ends the use of this object. */
  async finish(): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#filled > 0 || this.#leaves.length === 0) await this.#closeRun();
    const length = new Writer().u64(this.#lengthBytes).finish();
    const tree = await treeHash(this.#engine, this.#leaves);
    return this.#engine.sha256([labelled("classic-file", this.#version, length, tree)]);
  }

  /** Hashes of the runs, once `finish` was called. */
  get leaves(): readonly Uint8Array[] {
    return this.#leaves;
  }

  async #closeRun(): Promise<void> {
    this.#leaves.push(...(await leafHashes(this.#engine, [this.#run.subarray(0, this.#filled)])));
    this.#filled = 0;
  }
}
