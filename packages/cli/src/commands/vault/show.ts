import {
  type Chart,
  type ChartState,
  currentEpoch,
  currentVersion,
  fingerprint,
  type RecordState,
  toHex,
} from "@chirograph/core";
import { type Id, type OpenChart, type Vault, VaultError } from "@chirograph/vault";
import type { Command } from "commander";
import { parseId } from "../../inputs/ids.ts";
import { addKeyOptions, findKeysIfGiven, type KeyOptions } from "../../inputs/keys.ts";
import { showName } from "../../terminal/name.ts";
import { count, showTime } from "../../terminal/quantity.ts";
import { findVault } from "../../vault/find.ts";
import { withVault } from "../../vault/source.ts";
import { type Context, type Outcome, type Perform, teach } from "../command.ts";
import { describeIfOpen, showDescribed } from "./described.ts";
import { showMember, showRights } from "./rights.ts";
import { addVaultCommand, type VaultOptions } from "./vault-command.ts";

export function addShowCommand(program: Command, perform: Perform): void {
  const show = addVaultCommand(program, "show", "tell what is known of a chart or of a record")
    .argument("<id>", "id of a chart or of a record", parseId)
    .action(perform(showCommand));
  addKeyOptions(show, "optional");
  teach(
    show,
    `Members, rights and numbers stand in the chart, signed, for everybody who has the vault's folder. Names, kinds and
the chart's label need an identity and the word.`,
    `Example:
  $ chirograph show C --vault vault --identity me.key --sequence-key-file word`,
  );
}

async function showCommand(context: Context, id: Id, options: VaultOptions & KeyOptions): Promise<Outcome> {
  const source = await findVault(options);
  const keys = await findKeysIfGiven(context.engine, options);

  for (const input of [source, keys]) input?.requirePresent();

  return withVault(context, source, "look", async ({ client }) => {
    const chart = await chartOf(client, id);
    const open = await keys?.unlock(client, chart);
    const known = open?.chart ?? (await client.chart(chart));
    return chart === id ? showChart(id, known, open) : showRecord(chart, id, known, open);
  });
}

/** The chart that an id names, or the one that holds the record. */
async function chartOf(client: Vault, id: Id): Promise<Id> {
  try {
    return await client.chartOf(id);
  } catch (error) {
    if (!(error instanceof VaultError && error.code === "unknown")) throw error;
    await client.chart(id);
    return id;
  }
}

function showChart(chart: Id, { state }: Chart, open: OpenChart | undefined): Outcome {
  const members = [...state.members.values()];
  const kept = [...state.records.values()].filter((record) => currentVersion(record) !== undefined).length;
  const label = open?.label ?? null;
  const epoch = currentEpoch(state)?.number ?? 0;
  const standing = standingUnlocks(state);
  const escrow = escrowOf(state);
  return {
    lines: [
      ...(label === null ? [] : [showName(label)]),
      `${count(kept, "record")}, epoch ${epoch}, generation ${state.generation}`,
      ...members.map(({ recipient, rights }) => `${fingerprint(recipient.member)}  ${showRights(rights)}`),
      ...standing.map(({ member, until }) => `${member}  opens it without the word until ${until}`),
      ...(escrow === null
        ? []
        : [`any ${escrow.threshold} of ${count(escrow.officers.length, "officer")} can open it in escrow`]),
    ],
    document: {
      chart,
      label,
      generation: state.generation,
      epoch,
      records: kept,
      members: members.map(showMember),
      standing,
      escrow,
    },
  };
}

/** Whoever opens the chart without the word, and how long: the patient is to see it. */
function standingUnlocks(state: ChartState): { member: string; until: string }[] {
  return Array.from(state.standing.values(), (epochs) => [...epochs.values()]).flatMap((unlocks) => {
    const last = unlocks.toSorted((left, right) => left.until - right.until).at(-1);
    return last === undefined ? [] : [{ member: fingerprint(last.member), until: showTime(last.until) }];
  });
}

function escrowOf({ escrowPlan }: ChartState): { threshold: number; officers: string[] } | null {
  if (escrowPlan === undefined) return null;
  const { threshold, officers } = escrowPlan;
  return { threshold, officers: officers.map(({ member }) => fingerprint(member)) };
}

async function showRecord(
  chart: Id,
  record: Id,
  { state }: Chart,
  open: OpenChart | undefined,
): Promise<Outcome> {
  const { versions } = state.records.get(record) as RecordState;
  const current = versions.findLast(({ erased }) => !erased);
  const described = current === undefined ? null : await describeIfOpen(open, record);
  const cut =
    current === undefined ? "erased" : `any ${current.needed} of ${current.total} fragments open it`;
  return {
    lines: [
      ...(described === null ? [] : [showDescribed(described)]),
      `${count(versions.length, "version")}, ${cut}`,
      `in chart ${chart}`,
    ],
    document: {
      chart,
      record,
      versions: versions.length,
      current: current === undefined ? null : toHex(current.version),
      total: current?.total ?? null,
      needed: current?.needed ?? null,
      described,
    },
  };
}
