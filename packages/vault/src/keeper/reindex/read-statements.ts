import { toHex } from "@chirograph/core";
import type { Engine } from "@chirograph/engine/interface";
import type { Hash, Id } from "../../catalogue.ts";
import { inParallel } from "../../in-parallel.ts";
import type { JobOptions } from "../jobs.ts";
import type { Keeping } from "../keeping.ts";
import type { ObjectRow } from "../rows.ts";
import { readStatements } from "../verify/check-statements.ts";
import type { Reach } from "../verify/reach.ts";
import type { Inventory } from "./inventory.ts";
import type { ReindexProblem } from "./problems.ts";

const WIDTH = 8;

/** A link as some store had it; nothing of it is checked yet. */
export interface FoundLink {
  readonly bytes: Uint8Array;
  readonly batch: Id;
}

/** What all statement objects say together. Envelopes stay where they are: there may be gigabytes of them. */
export interface FoundStatements {
  /** Each link once, by SHA-256 of its bytes. */
  readonly links: Map<Hash, FoundLink>;
  readonly objects: ObjectRow[];
  /** Of each batch, objects that have its envelopes, so that every envelope lies in one of them. */
  readonly envelopes: Map<Id, ObjectRow[]>;
  /** Of each batch, the other objects that have its envelopes: a store may give an object once and then never again. */
  readonly copies: Map<Id, ObjectRow[]>;
  /** Objects that no key of this vault opens. */
  readonly foreign: { readonly store: Id; readonly object: string }[];
}

/** Opens every statement object: which store has which batch can be told in no other way. */
export async function readAllStatements(
  keeping: Keeping,
  reach: Reach,
  { statements, complete }: Inventory,
  problems: ReindexProblem[],
  { onProgress }: JobOptions,
): Promise<FoundStatements> {
  const found: FoundStatements = {
    links: new Map(),
    objects: [],
    envelopes: new Map(),
    copies: new Map(),
    foreign: [],
  };
  const seen = new Set<Hash>();
  let done = 0;
  await inParallel(statements, WIDTH, async ({ store, name, sizeBytes }) => {
    reach.signal?.throwIfAborted();
    const opened = await readStatements(keeping, reach, { store, name });
    onProgress?.({ what: "statements", done: ++done, total: statements.length });
    if (typeof opened === "string") {
      if (opened === "unreachable") complete.delete(store);
      problems.push({
        kind: opened === "unreachable" ? "store unreachable" : "object damaged",
        store,
        object: name,
      });
      return;
    }
    const { batch, links, envelopes } = opened;
    const row: ObjectRow = {
      store,
      name,
      sizeBytes,
      kind: "statement",
      state: "live",
      batch,
      envelopes: envelopes.length > 0,
    };
    found.objects.push(row);
    const linkHashes = await hashesOf(keeping.engine, links);
    for (const [index, hash] of linkHashes.entries()) {
      if (!found.links.has(hash)) found.links.set(hash, { bytes: links[index]!, batch });
    }
    const fresh = (await hashesOf(keeping.engine, envelopes)).filter((hash) => !seen.has(hash));
    for (const hash of fresh) seen.add(hash);
    if (envelopes.length === 0) return;
    const objects = fresh.length > 0 ? found.envelopes : found.copies;
    objects.set(batch, [...(objects.get(batch) ?? []), row]);
  });
  return found;
}

async function hashesOf(engine: Engine, pieces: readonly Uint8Array[]): Promise<Hash[]> {
  const hashes = await engine.sha256Each({ prefix: new Uint8Array(), blocks: pieces });
  return hashes.map(toHex);
}
