import {
  type Chart,
  contentBytes,
  type Description,
  equalBytes,
  fingerprint,
  RIGHT_MANAGE,
  RIGHT_READ,
  RIGHT_WRITE,
  Word,
} from "@chirograph/core";
import { type Id, type ListedRecord, type OpenChart, type Vault, VaultError } from "@chirograph/vault";
import type { ChartRow, ChartView, RecordView } from "./contract.ts";
import type { IdentityKeeper } from "./identity-keeper.ts";
import { nameOf } from "./names.ts";
import { BrowserError } from "./problem.ts";

/** Charts that a list shows at most, and how many are asked for at the same time. */
const MOST_LISTED = 500;
const ASKED_AT_ONCE = 8;

/** The charts that are open in this tab. */
export class Charts {
  readonly #vault: () => Promise<Vault>;
  readonly #identity: IdentityKeeper;
  readonly #open = new Map<Id, OpenChart>();
  /** Raised whenever charts are closed: what was being opened then stays closed. */
  #turn = 0;
  /** By version: what was opened once needs not be asked for again. */
  readonly #described = new Map<Id, Description>();

  constructor(vault: () => Promise<Vault>, identity: IdentityKeeper) {
    this.#vault = vault;
    this.#identity = identity;
  }

  /** @throws BrowserError `chart-closed` */
  get(id: Id): OpenChart {
    const chart = this.#open.get(id);
    if (chart === undefined) throw new BrowserError("chart-closed", "Open the chart with its word first.");
    return chart;
  }

  has(id: Id): boolean {
    return this.#open.has(id);
  }

  async list(): Promise<ChartRow[]> {
    const vault = await this.#vault();
    const ids: Id[] = [];
    for await (const id of vault.charts()) {
      if (ids.push(id) >= MOST_LISTED) break;
    }
    const rows: ChartRow[] = [];
    for (let first = 0; first < ids.length; first += ASKED_AT_ONCE) {
      const some = ids.slice(first, first + ASKED_AT_ONCE);
      rows.push(...(await Promise.all(some.map((id) => this.#row(vault, id)))));
    }
    return rows;
  }

  async row(id: Id): Promise<ChartRow> {
    if (!/^[0-9a-f]{32}$/.test(id)) throw new VaultError("unknown", "There is no such chart in this vault.");
    return this.#row(await this.#vault(), id);
  }

  async create(plan: { label: string; word: string }): Promise<ChartView> {
    const { identity } = this.#identity;
    const turn = this.#turn;
    const word = new Word(plan.word);
    const chart = await (
      await this.#vault()
    ).newChart({ owner: identity, word, members: [], label: plan.label });
    this.#keep(chart, turn);
    return this.view(chart.id);
  }

  async open(id: Id, word: string): Promise<ChartView> {
    const { identity } = this.#identity;
    const turn = this.#turn;
    const chart = await (await this.#vault()).unlock(id, identity, new Word(word));
    this.#keep(chart, turn);
    return this.view(id);
  }

  close(id: Id): void {
    this.#turn++;
    this.#open.delete(id);
    this.#described.clear();
  }

  closeAll(): void {
    this.#turn++;
    this.#open.clear();
    this.#described.clear();
  }

  /** @throws BrowserError `locked` where charts were closed while this one was being opened */
  #keep(chart: OpenChart, turn: number): void {
    if (turn !== this.#turn)
      throw new BrowserError("locked", "Charts were closed while this one was opening.");
    this.#open.set(chart.id, chart);
  }

  /** An open chart as it is known, without asking. */
  async view(id: Id): Promise<ChartView> {
    const chart = this.get(id);
    const listed = chart.records();
    await this.#describe(chart, listed);
    const { members } = chart.chart.state;
    const mine = this.#identity.identity.recipient.member;
    const rights =
      [...members.values()].find(({ recipient }) => equalBytes(recipient.member, mine))?.rights ?? 0;
    return {
      id,
      label: chart.label ?? "",
      wordLength: chart.wordLength,
      mayWrite: (rights & RIGHT_WRITE) !== 0,
      mayManage: (rights & RIGHT_MANAGE) !== 0 || this.#isOwner(chart.chart),
      members: [...members.values()].map(({ recipient, rights: given }) => ({
        fingerprint: fingerprint(recipient.member),
        isMe: equalBytes(recipient.member, mine),
        rights: rightNames(given),
      })),
      records: listed
        .map((record) => this.#recordView(record))
        .toSorted((left, right) => (right.time ?? 0) - (left.time ?? 0)),
    };
  }

  async #row(vault: Vault, id: Id): Promise<ChartRow> {
    const open = this.#open.get(id);
    const chart = open?.chart ?? (await vault.chart(id));
    return {
      id,
      records: [...chart.state.records.values()].filter(({ erased }) => !erased).length,
      isMember: this.#isMember(chart),
      isOpen: open !== undefined,
      label: open?.label,
    };
  }

  #isMember({ state }: Chart): boolean {
    if (!this.#identity.isUnlocked) return false;
    const { member } = this.#identity.identity.recipient;
    return [...state.members.values(), ...state.grants].some(({ recipient }) =>
      equalBytes(recipient.member, member),
    );
  }

  #isOwner({ state }: Chart): boolean {
    return equalBytes(state.owner, this.#identity.identity.recipient.signing);
  }

  async #describe(chart: OpenChart, listed: readonly ListedRecord[]): Promise<void> {
    const unknown = listed.filter(({ current }) => current !== undefined && !this.#described.has(current));
    if (unknown.length === 0) return;
    const found = await chart.describeAll(unknown.map(({ record }) => record));
    for (const { version, ...description } of found.values()) this.#described.set(version, description);
  }

  #recordView({ record, versions, current, erased }: ListedRecord): RecordView {
    const described = current === undefined ? undefined : this.#described.get(current);
    const shown = versions.map(({ version, total, needed, erased: isErased }) => ({
      id: version,
      total,
      needed,
      erased: isErased,
    }));
    if (described === undefined) {
      const problem = erased
        ? undefined
        : ({
            source: "core",
            code: "not-for-you",
            detail: "This record does not open here.",
            stores: [],
          } as const);
      return {
        id: record,
        name: "",
        kind: "",
        time: undefined,
        sizeBytes: undefined,
        files: undefined,
        versions: shown,
        erased,
        problem,
      };
    }
    const { card, inside } = described;
    return {
      id: record,
      name: nameOf(inside),
      kind: card.kind,
      time: card.time,
      sizeBytes: contentBytes(inside.entries),
      files: inside.entries.length,
      versions: shown,
      erased,
      problem: undefined,
    };
  }
}

function rightNames(sum: number): string {
  const names = [
    [RIGHT_READ, "read"],
    [RIGHT_WRITE, "write"],
    [RIGHT_MANAGE, "manage"],
  ] as const;
  return names.flatMap(([right, name]) => ((sum & right) === 0 ? [] : [name])).join(", ");
}
