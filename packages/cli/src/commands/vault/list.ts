import { toHex } from "@chirograph/core";
import type { RecordState } from "@chirograph/core";
import type { Id, OpenChart, PageRow } from "@chirograph/vault";
import type { Command } from "commander";
import { Failure } from "../../failure.ts";
import { parseId } from "../../inputs/ids.ts";
import { addKeyOptions, findKeysIfGiven, type KeyOptions } from "../../inputs/keys.ts";
import { count } from "../../terminal/quantity.ts";
import { findVault } from "../../vault/find.ts";
import type { OpenVault } from "../../vault/open-vault.ts";
import { withVault } from "../../vault/source.ts";
import { type Context, type Outcome, type Perform, teach } from "../command.ts";
import { describeIfOpen, showDescribed } from "./described.ts";
import { addVaultCommand, type VaultOptions } from "./vault-command.ts";

interface ListOptions extends VaultOptions, KeyOptions {
  readonly chart?: Id;
}

const PAGE = 1000;

export function addListCommand(program: Command, perform: Perform): void {
  const list = addVaultCommand(program, "list", "list the charts of a vault, or the records of a chart")
    .option("--chart <id>", "the chart", parseId)
    .action(perform(listCommand));
  addKeyOptions(list, "optional");
  teach(
    list,
    "Ids can be listed without any key; names and kinds need an identity and the word of the chart.",
    `Examples:
  $ chirograph list --vault vault
  $ chirograph list --vault vault --chart C --identity me.key --sequence-key-file word`,
  );
}

async function listCommand(context: Context, options: ListOptions): Promise<Outcome> {
  const source = await findVault(options);
  if (options.chart === undefined && options.identity !== undefined) {
    throw new Failure("usage", "A word opens one chart: name it with --chart, or leave --identity out.");
  }
  const keys = await findKeysIfGiven(context.engine, options);

  for (const input of [source, keys]) input?.requirePresent();

  return withVault(context, source, "look", async ({ catalogue, client }) => {
    if (options.chart === undefined) return listCharts(catalogue);
    const open = await keys?.unlock(client, options.chart);
    const { state } = open?.chart ?? (await client.chart(options.chart));
    return listRecords(options.chart, [...state.records.values()], open);
  });
}

async function listCharts(catalogue: OpenVault["catalogue"]): Promise<Outcome> {
  const charts = new Map<Id, { records: Set<Id>; versions: number }>();
  for await (const { id } of pages(catalogue, "charts")) charts.set(id, { records: new Set(), versions: 0 });
  for await (const { chart, record, erased } of pages(catalogue, "versions")) {
    const totals = charts.get(chart);
    if (totals === undefined || erased) continue;
    totals.records.add(record!);
    totals.versions++;
  }
  const rows = Array.from(charts, ([chart, { records, versions }]) => ({
    chart,
    records: records.size,
    versions,
  }));
  return {
    lines: rows.map(
      ({ chart, records, versions }) =>
        `${chart}  ${count(records, "record")}, ${count(versions, "version")}`,
    ),
    document: { charts: rows },
  };
}

async function* pages(
  catalogue: OpenVault["catalogue"],
  of: "charts" | "versions",
): AsyncGenerator<PageRow, void, void> {
  let after: Id | undefined;
  for (;;) {
    const { rows } = await catalogue.page({ of, limit: PAGE, ...(after === undefined ? {} : { after }) });
    yield* rows;
    if (rows.length < PAGE) return;
    after = rows.at(-1)!.id;
  }
}

async function listRecords(
  chart: Id,
  records: readonly RecordState[],
  open: OpenChart | undefined,
): Promise<Outcome> {
  const rows = [];
  for (const { record, versions } of records) {
    const kept = versions.filter(({ erased }) => !erased).length;
    if (kept === 0) continue;
    const id = toHex(record);
    rows.push({ record: id, versions: kept, ...(await describeIfOpen(open, id)) });
  }
  return {
    lines: rows.map((row) => {
      const line = `${row.record}  ${count(row.versions, "version")}`;
      return row.kind === undefined ? line : `${line}  ${showDescribed(row as Required<typeof row>)}`;
    }),
    document: { chart, records: rows },
  };
}
