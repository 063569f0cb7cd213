import { type Store, StoreError } from "@chirograph/stores";
import type { Id } from "../../catalogue.ts";
import { copyOf, writeCopy } from "../erase/statement-copy.ts";
import type { Finding } from "../findings.ts";
import { inParallel } from "../../in-parallel.ts";
import type { Keeping } from "../keeping.ts";
import { leavingStores } from "../leaving/leaving.ts";
import { staying } from "../leaving/place-without.ts";
import { envelopeCopies } from "../parties.ts";
import type { ObjectRow } from "../rows.ts";
import { Batches, coverageOf, hasEnvelopes, objectRows } from "../verify/batches.ts";
import { checkStatement, statementFindings } from "../verify/check-statements.ts";
import type { Reach } from "../verify/reach.ts";
import type { AtRisk } from "./repair-fragments.ts";

const WIDTH = 4;

/** What was written, and what is still missing. */
export class StatementRepair {
  written = 0;
  readonly atRisk: AtRisk[] = [];
  readonly #keeping: Keeping;
  readonly #reach: Reach;
  readonly #usable: ReadonlySet<Id>;

  constructor(keeping: Keeping, reach: Reach, usable: ReadonlySet<Id>) {
    this.#keeping = keeping;
    this.#reach = reach;
    this.#usable = usable;
  }

  /** Checks statement objects, pays those that are owed, and writes again those that are missing or damaged. */
  async mend(page: readonly ObjectRow[]): Promise<void> {
    const batches = new Batches(this.#keeping);
    const leaving = await leavingStores(this.#keeping.rows);
    const inUse = page.filter(({ state, store }) => state !== "condemned" && !leaving.has(store));
    await inParallel(inUse, WIDTH, async (row) => {
      this.#reach.signal?.throwIfAborted();
      const isOwed = row.state === "owed";
      const state = isOwed ? "missing" : await checkStatement(this.#keeping, this.#reach, batches, row);
      if (state === "good" || state === "unreachable") return;
      const [finding] = statementFindings(row, state);
      if (state === "unknown") {
        this.atRisk.push({ ...finding!, reason: "catalogue" });
        return;
      }
      await this.#write(row.store, finding!, (store) =>
        isOwed ? this.#pay(store, batches, row) : this.#copy(store, row, row.envelopes),
      );
    });
  }

  /** Gives every store the statements of every batch, and as many stores that answer as must have them the envelopes. */
  async complete(): Promise<void> {
    const { rows, settings } = this.#keeping;
    const rest = staying(settings, await leavingStores(rows));
    const missing: { store: Id; batch: Id }[] = [];
    const thin = new Map<Id, number>();
    for (const [batch, { stores, envelopes }] of await coverageOf(rows, undefined)) {
      for (const { id } of rest.stores) if (!stores.has(id)) missing.push({ store: id, batch });
      const short = envelopeCopies(rest) - [...envelopes].filter((id) => this.#usable.has(id)).length;
      if (short > 0) thin.set(batch, short);
    }
    for (const { store, batch } of missing) {
      this.#reach.signal?.throwIfAborted();
      const finding: Finding = { kind: "statement missing", store, batch };
      const plan = { store, batch, envelopes: false };
      await this.#write(store, finding, (at) => writeCopy(this.#keeping, at, plan));
    }
    await this.#spreadEnvelopes(thin);
  }

  async #spreadEnvelopes(thin: Map<Id, number>): Promise<void> {
    const { rows } = this.#keeping;
    for (const batch of thin.keys()) {
      if (!hasEnvelopes((await rows.batch(batch)).versions)) thin.delete(batch);
    }
    if (thin.size === 0) return;
    for await (const page of objectRows(rows, { kind: "statement", state: "live" })) {
      for (const row of page) {
        const short = thin.get(row.batch!) ?? 0;
        if (short <= 0 || row.envelopes || !this.#usable.has(row.store)) continue;
        this.#reach.signal?.throwIfAborted();
        const finding: Finding = { kind: "envelopes on too few stores", store: row.store, batch: row.batch! };
        if (await this.#write(row.store, finding, (store) => this.#copy(store, row, true))) {
          thin.set(row.batch!, short - 1);
        }
      }
    }
    for (const [batch, short] of thin) {
      if (short > 0) this.atRisk.push({ kind: "envelopes on too few stores", batch, reason: "policy" });
    }
  }

  async #write(id: Id, finding: Finding, write: (store: Store) => Promise<void>): Promise<boolean> {
    const answer = this.#usable.has(id)
      ? await this.#reach.ask(id, async (store) => {
          await write(store);
          return "written" as const;
        })
      : "unreachable";
    if (answer === "written") this.written++;
    else this.atRisk.push({ ...finding, reason: "store" });
    return answer === "written";
  }

  async #copy(store: Store, row: ObjectRow, envelopes: boolean): Promise<void> {
    await writeCopy(this.#keeping, store, { store: row.store, batch: row.batch!, envelopes, old: row });
  }

  /** Writes what is owed under the name that was promised; if something lies there already, it must be just that. */
  async #pay(store: Store, batches: Batches, row: ObjectRow): Promise<void> {
    const copy = await copyOf(this.#keeping, { ...row, batch: row.batch! });
    if (copy.versions.length > 0 !== row.envelopes) return this.#copy(store, row, row.envelopes);
    let { sizeBytes } = copy.body;
    try {
      await store.put(row.name, copy.body);
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== "exists") throw error;
      const state = await checkStatement(this.#keeping, this.#reach, batches, row);
      if (state !== "good") return this.#copy(store, row, row.envelopes);
      sizeBytes = (await store.head(row.name))?.sizeBytes ?? 0;
    }
    await this.#keeping.rows.paid(row.store, row.name, sizeBytes);
  }
}
