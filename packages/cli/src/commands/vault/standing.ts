import { fingerprint } from "@chirograph/core";
import type { Id } from "@chirograph/vault";
import { type Command, InvalidArgumentError } from "commander";
import { parseId } from "../../inputs/ids.ts";
import { addKeyOptions, findKeys, type KeyOptions } from "../../inputs/keys.ts";
import { findRecipients } from "../../inputs/recipients.ts";
import { showTime } from "../../terminal/quantity.ts";
import { findVault } from "../../vault-folder/find.ts";
import { withVault } from "../../vault-folder/open.ts";
import { type Context, type Outcome, type Perform, teach } from "../command.ts";
import { addVaultCommand, type VaultOptions } from "./vault-command.ts";

interface StandingOptions extends VaultOptions, KeyOptions {
  readonly identity: string;
  readonly chart: Id;
  readonly to: readonly string[];
}

interface AllowStandingOptions extends StandingOptions {
  readonly until: number;
}

export function addStandingCommands(program: Command, perform: Perform): void {
  const standing = program
    .command("standing")
    .description("let a reader in without the word until a date: a ward, a gateway");

  const allow = addVaultCommand(standing, "allow", "let a reader in without the word until a date")
    .requiredOption("--chart <id>", "the chart", parseId)
    .requiredOption("--to <recipient...>", "readers of the chart")
    .requiredOption(
      "--until <date>",
      "the last moment: 2027-01-31, or with a time 2027-01-31T12:00Z",
      parseDate,
    )
    .action(perform(allowStandingCommand));
  addKeyOptions(allow, "required");
  teach(
    allow,
    `For such a reader the private key alone opens the chart: --standing takes the place of the word. After the date an
honest client refuses, and new epochs leave the reader out; what was opened until then may have been kept.`,
    `Example:
  $ chirograph standing allow --chart C --to ward.pub --until 2027-01-31 --vault vault --identity me.key --sequence-key-file word`,
  );

  const end = addVaultCommand(standing, "end", "end it before its date")
    .requiredOption("--chart <id>", "the chart", parseId)
    .requiredOption("--to <recipient...>", "whose standing unlock ends")
    .action(perform(endStandingCommand));
  addKeyOptions(end, "required");
  teach(
    end,
    `They stay readers, and need the word again.`,
    `Example:
  $ chirograph standing end --chart C --to ward.pub --vault vault --identity me.key --sequence-key-file word`,
  );
}

async function allowStandingCommand(context: Context, options: AllowStandingOptions): Promise<Outcome> {
  const { engine, terminal } = context;
  const source = findVault(options.vault);
  const keys = await findKeys(engine, options, options.to);
  const readers = await findRecipients(engine, options.to);

  for (const input of [source, keys, readers]) input.requirePresent();

  const recipients = await readers.recipients();
  return withVault(context, source, "work", async ({ client }) => {
    const chart = await keys.unlock(client, options.chart);
    for (const recipient of recipients) await chart.allowStanding(recipient, options.until);
    const members = recipients.map(({ member }) => fingerprint(member));
    const until = showTime(options.until);
    terminal.note(`They open the chart with --standing and without the word until ${until}.`);
    return { lines: members, document: { chart: options.chart, members, until } };
  });
}

async function endStandingCommand(context: Context, options: StandingOptions): Promise<Outcome> {
  const { engine, terminal } = context;
  const source = findVault(options.vault);
  const keys = await findKeys(engine, options, options.to);
  const readers = await findRecipients(engine, options.to);

  for (const input of [source, keys, readers]) input.requirePresent();

  const recipients = await readers.recipients();
  return withVault(context, source, "work", async ({ client }) => {
    const chart = await keys.unlock(client, options.chart);
    for (const { member } of recipients) await chart.endStanding(member);
    const members = recipients.map(({ member }) => fingerprint(member));
    terminal.note("They need the word again. What they opened until now they may have kept.");
    return { lines: members, document: { chart: options.chart, members } };
  });
}

/** A date is over when its day is over, everywhere in UTC. */
function parseDate(text: string): number {
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text);
  const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)$/.test(text);
  const time = isDay || isTime ? Date.parse(isDay ? `${text}T23:59:59.999Z` : text) : Number.NaN;
  if (time > Date.now()) return time;
  throw new InvalidArgumentError("It is a date to come, such as 2027-01-31 or 2027-01-31T12:00Z.");
}
