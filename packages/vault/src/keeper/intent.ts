import { boxSize } from "@chirograph/core";
import { readAll, readTable, type Store, StoreError } from "@chirograph/stores";
import type { Id } from "../catalogue.ts";
import { VaultError } from "../error.ts";
import type { Keeping } from "./keeping.ts";
import { staying } from "./leaving/place-without.ts";
import { newId } from "./names.ts";
import { envelopeCopies } from "./parties.ts";
import type { Intent, StatementTarget } from "./rows.ts";
import { MOST_STATEMENT_BYTES, openStatements, statementObject, type StatementPlace } from "./statement.ts";

/** So long whoever began an intent is left alone with it. */
const LEASE_MS = 3000;

/** Where the statements of a batch are once it is finished. */
export interface Finished {
  readonly stored: readonly Id[];
  readonly owed: readonly Id[];
}

/** What a batch brings, before it has a name and places for its statements. */
export type IntentContent = Omit<Intent, "batch" | "statements" | "generation" | "lease">;

/**
 * Gives a batch its name, and every store that is not leaving an object for its statements: some are to hold the
 * envelopes too.
 */
export function draftIntent(keeping: Keeping, content: IntentContent, leaving: ReadonlySet<Id>): Intent {
  const { engine, stores } = keeping;
  const settings = staying(keeping.settings, leaving);
  const first = new DataView(engine.randomBytes(4).buffer).getUint32(0) % settings.stores.length;
  const inTurn = [...settings.stores.slice(first), ...settings.stores.slice(0, first)].map(({ id }) => id);
  const preferred = [...inTurn.filter((id) => stores.has(id)), ...inTurn.filter((id) => !stores.has(id))];
  const copies = content.versions.length === 0 ? 0 : envelopeCopies(settings);
  return {
    ...content,
    batch: newId(engine),
    statements: preferred.map((store, index) => ({ store, name: newId(engine), envelopes: index < copies })),
    generation: settings.generation,
    lease: keeping.now() + LEASE_MS,
  };
}

/** How many stores must take a batch's statements before it counts: N − f, f = ⌊(N − 1) / 3⌋. */
export function storesToAcknowledge({ settings }: Pick<Keeping, "settings">): number {
  return mostButAThird(settings.stores.length);
}

export function mostButAThird(count: number): number {
  return count - Math.floor((count - 1) / 3);
}

/**
 * Does what an intent says that is still to be done. Anybody may, at any time, again and again: names are written
 * once, and rows that are finished stay as they are.
 * @param how `resumed`: somebody else may have begun to write
 * @throws VaultError `stores-missing` where too few stores take the statements; the intent stays for another time
 */
export async function finishIntent(
  keeping: Keeping,
  intent: Intent,
  { resumed }: { resumed: boolean },
): Promise<Finished> {
  const writer = new StatementWriter(keeping, intent, resumed);
  const planned = intent.statements.filter(({ envelopes }) => envelopes);
  const others = intent.statements.filter(({ envelopes }) => !envelopes);

  // No chart that a store shows may name a version whose envelope no store has yet.
  await writer.writeEnvelopes(planned, others);
  await writer.writeLinks(others);
  writer.requireEnough();
  await keeping.rows.finish(intent.batch, writer.stored, writer.mayHoldEnvelopes);

  const all = intent.statements.map(({ store }) => store);
  return {
    stored: all.filter((store) => writer.stored.has(store)),
    owed: all.filter((store) => !writer.stored.has(store)),
  };
}

/** Writes one batch's statement objects and remembers who has what. */
class StatementWriter {
  /** Stores that have their statement object. */
  readonly stored: Set<Id> = new Set();
  /** Stores of which it is not certain that their object has no envelopes. */
  readonly mayHoldEnvelopes: Set<Id>;
  readonly #keeping: Keeping;
  readonly #intent: Intent;
  readonly #resumed: boolean;
  readonly #envelopes: readonly Uint8Array[];
  readonly #tried: Set<Id> = new Set();
  readonly #copies: Set<Id> = new Set();
  readonly #failures: unknown[] = [];

  constructor(keeping: Keeping, intent: Intent, resumed: boolean) {
    this.#keeping = keeping;
    this.#intent = intent;
    this.#resumed = resumed;
    this.#envelopes = intent.versions.flatMap(({ envelope }) => envelope ?? []);
    const planned = intent.statements.filter(({ envelopes }) => envelopes);
    this.mayHoldEnvelopes = new Set(planned.map(({ store }) => store));
  }

  /** Puts the envelopes on as many stores as were planned, those first; another stands in for one that fails. */
  async writeEnvelopes(
    planned: readonly StatementTarget[],
    others: readonly StatementTarget[],
  ): Promise<void> {
    if (this.#envelopes.length === 0) return;
    const wanted = planned.length;
    const candidates = [...planned, ...others];
    while (this.#copies.size < wanted && candidates.length > 0) {
      const next = candidates.splice(0, wanted - this.#copies.size);
      await Promise.all(next.map((target) => this.#write(target, this.#envelopes)));
    }
    if (this.#copies.size < wanted) this.#fail();
  }

  /** Puts the links alone on every store that was not tried yet. */
  async writeLinks(targets: readonly StatementTarget[]): Promise<void> {
    const left = targets.filter(({ store }) => !this.#tried.has(store));
    await Promise.all(left.map((target) => this.#write(target, [])));
  }

  requireEnough(): void {
    // Of those that are to have them: stores that were leaving are not among them.
    if (this.stored.size < mostButAThird(this.#intent.statements.length)) this.#fail();
  }

  async #write(target: StatementTarget, envelopes: readonly Uint8Array[]): Promise<void> {
    const { store } = target;
    const mayBeThere = this.#resumed && this.#envelopes.length > 0;
    if (envelopes.length > 0 || mayBeThere) this.mayHoldEnvelopes.add(store);
    this.#tried.add(store);
    try {
      const holdsThem = await this.#putOrFind(target, envelopes);
      this.stored.add(store);
      if (holdsThem) this.#copies.add(store);
      else this.mayHoldEnvelopes.delete(store);
    } catch (error) {
      this.#failures.push(new Error(`store ${store}`, { cause: error }));
    }
  }

  /** @returns whether the object that is there now has the envelopes */
  async #putOrFind(target: StatementTarget, envelopes: readonly Uint8Array[]): Promise<boolean> {
    const wantsThem = envelopes.length > 0;
    if (await this.#put(target, envelopes)) return wantsThem;
    const holdsThem = await this.#holdsEnvelopes(target);
    if (holdsThem || !wantsThem) return holdsThem;
    // Somebody wrote the links alone here before a store with envelopes was lost: they give way to both.
    await this.#requireUnfinished();
    await this.#storeOf(target).delete(target.name);
    return this.#put(target, envelopes);
  }

  /** @returns false where an object with this name is there already */
  async #put(target: StatementTarget, envelopes: readonly Uint8Array[]): Promise<boolean> {
    const { engine, catalogueKey } = this.#keeping;
    const links = this.#intent.links.map(({ bytes }) => bytes);
    const statements = { batch: this.#intent.batch, links, envelopes };
    const { body } = await statementObject(engine, catalogueKey, this.#placeOf(target), statements);
    try {
      await this.#storeOf(target).put(target.name, body);
      return true;
    } catch (error) {
      if (error instanceof StoreError && error.code === "exists") return false;
      throw error;
    }
  }

  /** A planned object is never written without the envelopes; what else was written has to be read. */
  async #holdsEnvelopes(target: StatementTarget): Promise<boolean> {
    if (this.#envelopes.length === 0) return false;
    if (target.envelopes) return true;
    const store = this.#storeOf(target);
    const [entry] = await readTable(store, target.name);
    if (entry === undefined || entry.lengthBytes > boxSize(MOST_STATEMENT_BYTES)) {
      throw new StoreError("malformed", "A statement object is not one.");
    }
    const { engine, catalogueKey } = this.#keeping;
    const box = await readAll(store, target.name, entry);
    return (await openStatements(engine, catalogueKey, this.#placeOf(target), box)).envelopes.length > 0;
  }

  /** Once rows speak of an object, it is theirs. */
  async #requireUnfinished(): Promise<void> {
    const intents = await this.#keeping.rows.intents();
    if (intents.some(({ batch }) => batch === this.#intent.batch)) return;
    throw new Error("somebody else has finished this commit");
  }

  #storeOf({ store }: StatementTarget): Store {
    const found = this.#keeping.stores.get(store);
    if (found === undefined) throw new StoreError("unavailable", "The store is not at hand.");
    return found;
  }

  #placeOf({ store, name }: StatementTarget): StatementPlace {
    return { vault: this.#keeping.settings.vault, store, object: name };
  }

  #fail(): never {
    const missing = this.#intent.statements.map(({ store }) => store).filter((id) => !this.stored.has(id));
    throw new VaultError(
      "stores-missing",
      `Too few stores took the statements of this commit: ${missing.length} of ` +
        `${this.#intent.statements.length} did not. It is written down and will be finished when they are back.`,
      { stores: missing, cause: new AggregateError(this.#failures) },
    );
  }
}
