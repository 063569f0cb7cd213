import { type Command, InvalidArgumentError } from "commander";
import { parseId } from "../../inputs/ids.ts";
import { addKeyOptions } from "../../inputs/keys.ts";
import { showTime } from "../../terminal/quantity.ts";
import { type Context, type Outcome, type Perform, teach } from "../command.ts";
import { addVaultCommand } from "./vault-command.ts";
import { type MembersOptions, withMembers } from "./with-members.ts";

interface AllowStandingOptions extends MembersOptions {
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
  const { chart, members } = await withMembers(context, options, async (open, recipients) => {
    for (const recipient of recipients) await open.allowStanding(recipient, options.until);
  });
  const until = showTime(options.until);
  context.terminal.note(`They open the chart with --standing and without the word until ${until}.`);
  return { lines: members, document: { chart, members, until } };
}

async function endStandingCommand(context: Context, options: MembersOptions): Promise<Outcome> {
  const { chart, members } = await withMembers(context, options, async (open, recipients) => {
    for (const { member } of recipients) await open.endStanding(member);
  });
  context.terminal.note("They need the word again. What they opened until now they may have kept.");
  return { lines: members, document: { chart, members } };
}

/** A date is over when its day is over, everywhere in UTC. */
function parseDate(text: string): number {
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text);
  const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)$/.test(text);
  const time = isDay || isTime ? Date.parse(isDay ? `${text}T23:59:59.999Z` : text) : Number.NaN;
  if (time > Date.now()) return time;
  throw new InvalidArgumentError("It is a date to come, such as 2027-01-31 or 2027-01-31T12:00Z.");
}
