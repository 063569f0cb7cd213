import {
  type Chart,
  createChart,
  type Identity,
  openByEscrow,
  openLabel,
  type Recipient,
  releaseShare,
  RIGHT_MANAGE,
  RIGHT_READ,
  RIGHT_WRITE,
  equalBytes,
  fromHex,
  setLabel,
  toHex,
  unlockChart,
  type UnlockedChart,
  unlockStanding,
  type Word,
} from "@chirograph/core";
import type { Id } from "../catalogue.ts";
import { VaultError } from "../error.ts";
import { isId } from "../keeper/names.ts";
import { belongsTo } from "../record-id.ts";
import { busy } from "./busy.ts";
import { fetchChart } from "./fetch.ts";
import { hasLanded } from "./heads.ts";
import { sizesOf } from "./listing.ts";
import { type OpenChart, openChartOf } from "./open-chart.ts";
import type { VaultParts } from "./parts.ts";
import { CommitQueue } from "./put/commit-queue.ts";
import { rememberChart } from "./seen.ts";
import { ChartSession, type Opener } from "./session.ts";

const PAGE_ROWS = 1000;

/** A new chart: who owns it, its word, and who else may do what. */
export interface NewChartPlan {
  /** The patient or guardian, who also reads and writes unless `members` says something else. */
  readonly owner: Identity;
  readonly word: Word;
  readonly members: readonly { readonly recipient: Recipient; readonly rights: number }[];
  readonly label?: string;
}

/** The client side of a vault: it holds keys, and believes of a catalogue what is signed. */
export interface Vault {
  newChart(plan: NewChartPlan): Promise<OpenChart>;
  /**
   * A chart of which every link was checked; needs no key.
   * @throws VaultError `unknown`, `forged`, `rolled-back`; ChirographError for a document with a wrong link
   */
  chart(id: Id): Promise<Chart>;
  /** The chart of a record, which the record's id proves. @throws VaultError `unknown`, `forged` */
  chartOf(record: Id): Promise<Id>;
  /** @throws ChirographError `not-for-you` for a wrong identity and for a wrong word */
  unlock(id: Id, identity: Identity, word: Word): Promise<OpenChart>;
  /** Without the word, by a standing unlock that has not ended. */
  unlockStanding(id: Id, identity: Identity): Promise<OpenChart>;
  /** Without the word, by shares that enough officers released to this identity. */
  unlockByEscrow(id: Id, identity: Identity, releases: readonly Uint8Array[]): Promise<OpenChart>;
  /** An officer's shares for one opener: what `unlockByEscrow` takes. */
  releaseShare(
    id: Id,
    officer: Identity,
    release: { opener: Recipient; reason: string },
  ): Promise<Uint8Array>;
  charts(): AsyncGenerator<Id, void, void>;
  /** Bytes of these versions of a chart after padding; needs no key. At most 1,000 at a time. */
  sizes(id: Id, versions: readonly Id[]): Promise<ReadonlyMap<Id, number>>;
}

export function openVault(parts: VaultParts): Vault {
  const { engine, now } = parts;
  const queue = new CommitQueue(parts);

  async function openedBy(id: Id, identity: Identity, opener: Opener): Promise<OpenChart> {
    const unlocked = await opener.open(await fetchChart(parts, id));
    return present(new ChartSession(parts, { identity, opener, unlocked }));
  }

  async function present(session: ChartSession): Promise<OpenChart> {
    return openChartOf(queue, session, await openLabel(engine, session.unlocked));
  }

  return {
    async newChart(plan) {
      const unlocked = await beginChart(parts, plan);
      const opener = byWord(parts, plan.owner, plan.word);
      return present(new ChartSession(parts, { identity: plan.owner, opener, unlocked }));
    },
    chart: (id) => fetchChart(parts, id),
    chartOf: (record) => chartOf(parts, record),
    unlock: (id, identity, word) => openedBy(id, identity, byWord(parts, identity, word)),
    unlockStanding: (id, identity) =>
      openedBy(id, identity, {
        mayEnd: true,
        open: (chart) => unlockStanding(engine, chart, identity, now()),
      }),
    unlockByEscrow: (id, identity, releases) =>
      openedBy(id, identity, {
        mayEnd: false,
        open: (chart) => openByEscrow(engine, chart, identity, releases),
      }),
    releaseShare: async (id, officer, release) =>
      releaseShare(engine, await fetchChart(parts, id), officer, release),
    charts: () => chartsOf(parts),
    sizes: async (id, versions) => sizesOf(parts, await fetchChart(parts, id), versions),
  };
}

function byWord({ engine }: VaultParts, identity: Identity, word: Word): Opener {
  return { mayEnd: false, open: (chart) => unlockChart(engine, chart, identity, word) };
}

async function beginChart(parts: VaultParts, plan: NewChartPlan): Promise<UnlockedChart> {
  const { engine, catalogue, seen, now } = parts;
  const { owner, word, label } = plan;
  const time = now();
  const begun = await createChart(engine, { owner, members: membersOf(plan), time }, word);
  const named = label === undefined ? begun : await setLabel(engine, begun, label, { signer: owner, time });
  const result = await catalogue.commit({ reservations: [], links: named.chart.links, versions: [] });
  // The id was drawn a moment ago: nobody else can have begun it.
  if (
    result.state === "conflict" &&
    !(await hasLanded(engine, await fetchChart(parts, toHex(named.chart.state.chart)), named.chart))
  )
    throw busy();
  await rememberChart(engine, seen, named.chart);
  return named;
}

function membersOf({ owner, members }: NewChartPlan): NewChartPlan["members"] {
  const { recipient } = owner;
  if (members.some((member) => equalBytes(member.recipient.member, recipient.member))) return members;
  return [{ recipient, rights: RIGHT_READ | RIGHT_WRITE | RIGHT_MANAGE }, ...members];
}

async function chartOf({ engine, catalogue }: VaultParts, record: Id): Promise<Id> {
  const { records } = await catalogue.find({ records: [record] });
  const found = records.find((row) => row.record === record);
  if (found === undefined) throw new VaultError("unknown", "There is no such record in this vault.");
  const [chart, id] = [fromHex(found.chart), fromHex(record)];
  if (chart === null || id === null || !(await belongsTo(engine, chart, id))) {
    throw new VaultError("forged", "The catalogue names a chart that the record does not belong to.");
  }
  return toHex(chart);
}

async function* chartsOf({ catalogue }: VaultParts): AsyncGenerator<Id, void, void> {
  let after: Id | undefined;
  for (;;) {
    const position = after === undefined ? {} : { after };
    const { rows } = await catalogue.page({ of: "charts", limit: PAGE_ROWS, ...position });
    for (const { id } of rows) {
      // A catalogue that does not come on would go round for ever.
      if (!isId(id) || (after !== undefined && id <= after)) {
        throw new VaultError("forged", "The catalogue lists something else than charts in their order.");
      }
      yield id;
      after = id;
    }
    if (rows.length < PAGE_ROWS) return;
  }
}
