import {
  type Chart,
  ChirographError,
  equalBytes,
  type Identity,
  type Step,
  toHex,
  type UnlockedChart,
} from "@chirograph/core";
import type { Found, Id, Wanted } from "../catalogue.ts";
import { VaultError } from "../error.ts";
import { backOff, busy, MOST_ATTEMPTS } from "./busy.ts";
import { acceptChart } from "./fetch.ts";
import { hasLanded, headsOf, newLinks } from "./heads.ts";
import type { VaultParts } from "./parts.ts";
import { rememberChart } from "./seen.ts";

/** Opens a chart, as it is now, with what its holder has: an identity and the word, or what stands in for it. */
export interface Opener {
  open(chart: Chart): Promise<UnlockedChart>;
  /** Whether what is open may end with time, so that it is opened again whenever somebody asks. */
  readonly mayEnd: boolean;
}

/** An edit of the core: a chart with one link more, or with several. */
export type Edit = (unlocked: UnlockedChart) => Promise<UnlockedChart>;

/** One chart, as one identity has it open: what is known of it, and the one path on which it changes. */
export class ChartSession {
  readonly id: Id;
  readonly parts: VaultParts;
  readonly identity: Identity;
  #unlocked: UnlockedChart;
  #opener: Opener;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: VaultParts, holder: { identity: Identity; opener: Opener; unlocked: UnlockedChart }) {
    this.parts = parts;
    this.identity = holder.identity;
    this.#opener = holder.opener;
    this.#unlocked = holder.unlocked;
    this.id = toHex(holder.unlocked.chart.state.chart);
  }

  get unlocked(): UnlockedChart {
    return this.#unlocked;
  }

  /** Whoever signs, and when. */
  step(): Step {
    return { signer: this.identity, time: this.parts.now() };
  }

  /** From now on opens the chart by other means: its word was changed. */
  openBy(opener: Opener): void {
    this.#opener = opener;
  }

  /** Asks the catalogue for versions, and in the same breath for what is new in the chart. */
  async ask(wanted: Pick<Wanted, "versions"> = {}): Promise<Found> {
    const { catalogue, seen } = this.parts;
    const before = this.#unlocked;
    const known = before.chart;
    const mark = await seen.recall(this.id);
    const found = await catalogue.find({ charts: [{ chart: this.id, heads: headsOf(known) }], ...wanted });
    const chart = await acceptChart(this.parts, { id: this.id, found, known, seen: mark });
    if (chart !== known || this.#opener.mayEnd) this.#replace(before, await this.#reopen(before, chart));
    return found;
  }

  /**
   * Applies an edit to the chart as it is known, and commits it; where somebody else has changed the chart, again to the
   * chart as it is then. An edit of which nothing is left to do gives back what it was given.
   * @throws VaultError `busy`; what the edit or the catalogue throws
   */
  change(edit: Edit): Promise<void> {
    return this.exclusively(async () => {
      for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
        const { before, after } = await this.#edited(edit);
        const links = newLinks(before.chart, after.chart);
        if (links.length === 0) return;
        const result = await this.parts.catalogue.commit({ reservations: [], links, versions: [] });
        if (result.state === "committed") return this.adopt(before, after);
        await backOff(this.parts.engine, attempt);
        await this.ask();
        if (await hasLanded(this.parts.engine, this.#unlocked.chart, after.chart)) return;
      }
      throw busy();
    });
  }

  /** What the chart as it was known refuses may be right in the chart as it is: then that decides. */
  async #edited(edit: Edit): Promise<{ before: UnlockedChart; after: UnlockedChart }> {
    const before = this.#unlocked;
    try {
      return { before, after: await edit(before) };
    } catch (error) {
      if (!(error instanceof ChirographError || error instanceof VaultError)) throw error;
      await this.ask();
      const now = this.#unlocked;
      if (now.chart === before.chart) throw error;
      return { before: now, after: await edit(now) };
    }
  }

  /** Takes a committed chart for the present one. */
  async adopt(before: UnlockedChart, after: UnlockedChart): Promise<void> {
    this.#replace(before, after);
    await rememberChart(this.parts.engine, this.parts.seen, after.chart);
  }

  /** Runs one task after the other: what commits to this chart would only be in its own way. */
  exclusively<T>(task: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(task);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  /** Whoever came in between has asked later, and knows more. */
  #replace(before: UnlockedChart, after: UnlockedChart): void {
    if (this.#unlocked.chart === before.chart) this.#unlocked = after;
  }

  async #reopen(before: UnlockedChart, chart: Chart): Promise<UnlockedChart> {
    const { member } = this.identity.recipient;
    const isSame = !this.#opener.mayEnd && givesSameKeys(before.chart, chart, member);
    return isSame ? { ...before, chart } : this.#opener.open(chart);
  }
}

/** Whether nothing has happened to what this member unlocks, so that Argon2id need not be paid again. */
function givesSameKeys(before: Chart, after: Chart, member: Uint8Array): boolean {
  const id = toHex(member);
  const [old, now] = [before.state, after.state];
  const sameEpochs =
    old.epochs.length === now.epochs.length &&
    now.epochs.every((epoch, index) => {
      const other = old.epochs[index]!;
      return (
        epoch.number === other.number &&
        equalBytes(epoch.lock, other.lock) &&
        sameCiphertext(epoch.wraps.get(id), other.wraps.get(id))
      );
    });
  const granted = ({ state }: Chart): Wrapped[] =>
    state.grants.filter(({ recipient }) => equalBytes(recipient.member, member));
  const [grants, others] = [granted(after), granted(before)];
  return (
    sameEpochs &&
    grants.length === others.length &&
    grants.every((grant, index) => sameCiphertext(grant, others[index]))
  );
}

interface Wrapped {
  readonly ciphertext: Uint8Array;
}

function sameCiphertext(left: Wrapped | undefined, right: Wrapped | undefined): boolean {
  if (left === undefined || right === undefined) return left === right;
  return equalBytes(left.ciphertext, right.ciphertext);
}
