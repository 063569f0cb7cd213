import { writeFile as writeWhole } from "node:fs/promises";
import { fingerprint, type Recipient } from "@chirograph/core";
import type { Id } from "@chirograph/vault";
import { type Command, InvalidArgumentError } from "commander";
import { PRIVATE_FILE, requireAbsent, writeFile } from "@chirograph/embedded/files";
import { Failure } from "../../failure.ts";
import { findIdentity } from "../../inputs/identity.ts";
import { parseId } from "../../inputs/ids.ts";
import { addKeyOptions, findKeys, type KeyOptions, refuseAs } from "../../inputs/keys.ts";
import { findRecipients } from "../../inputs/recipients.ts";
import { formatRelease } from "../../inputs/release.ts";
import { requireOneStdin } from "../../inputs/text-input.ts";
import { refuseStdout } from "../../outputs/stdout.ts";
import { findVault } from "../../vault/find.ts";
import { withVault } from "../../vault/source.ts";
import { type Context, type Outcome, type Perform, teach } from "../command.ts";
import { addVaultCommand, type VaultOptions } from "./vault-command.ts";

interface SetEscrowOptions extends VaultOptions, KeyOptions {
  readonly identity: string;
  readonly chart: Id;
  readonly officer: readonly string[];
  readonly threshold: number;
}

interface ReleaseOptions extends VaultOptions {
  readonly identity: string;
  readonly passphraseFile?: string;
  readonly chart: Id;
  readonly to: string;
  readonly reason: string;
  readonly output: string;
}

export function addEscrowCommands(program: Command, perform: Perform): void {
  const escrow = program
    .command("escrow")
    .description("officers who can open a chart together when nobody else can");

  const set = addVaultCommand(escrow, "set", "name the officers of a chart, and how many it takes")
    .requiredOption("--chart <id>", "the chart", parseId)
    .requiredOption("--officer <recipient...>", "recipients, or files that hold them one a line")
    .requiredOption("--threshold <m>", "how many of them it takes", parseThreshold)
    .action(perform(setEscrowCommand));
  addKeyOptions(set, "required");
  teach(
    set,
    `Fewer officers than that learn nothing. So many of them together can let anybody read the chart without the word.`,
    `Example:
  $ chirograph escrow set --chart C --officer a.pub b.pub c.pub --threshold 2 --vault vault --identity me.key --sequence-key-file word`,
  );

  const release = addVaultCommand(
    escrow,
    "release",
    "as an officer, release your share of a chart to somebody",
  )
    .requiredOption("--chart <id>", "the chart", parseId)
    .requiredOption("--to <recipient>", "who is to open it: a recipient, or a file that holds one")
    .requiredOption("--reason <text>", "why; it stands in the release")
    .requiredOption("-o, --output <file>", "where to write it; never over something")
    .requiredOption("--identity <file>", "the officer's identity (- is standard input)")
    .option("--passphrase-file <file>", "passphrase of that identity (- is standard input)")
    .action(perform(releaseCommand));
  teach(
    release,
    "Nobody but the one it is released to can use the file. With enough of them, get --release takes the place of the word.",
    `Examples:
  $ chirograph escrow release --chart C --to doctor.pub --reason "unconscious" -o a.release --vault vault --identity a.key
  $ chirograph get R -o scan.dcm --release a.release b.release --vault vault --identity doctor.key`,
  );
}

async function setEscrowCommand(context: Context, options: SetEscrowOptions): Promise<Outcome> {
  const { engine, terminal } = context;
  const { threshold } = options;
  const source = await findVault(options);
  const keys = await findKeys(engine, options, options.officer);
  const named = await findRecipients(engine, options.officer);

  for (const input of [source, keys, named]) input.requirePresent();

  const officers = await named.recipients();
  if (threshold > officers.length)
    throw new Failure("usage", `--threshold is ${threshold}, and there are ${officers.length} officers.`);
  return withVault(context, source, "work", async ({ client }) => {
    const chart = await keys.unlock(client, options.chart);
    await chart.setEscrow({ officers, threshold });
    terminal.note(`Any ${threshold} of ${officers.length} officers can open the chart together from now on.`);
    const members = officers.map(({ member }) => fingerprint(member));
    return { lines: members, document: { chart: options.chart, threshold, officers: members } };
  });
}

async function releaseCommand(context: Context, options: ReleaseOptions): Promise<Outcome> {
  const { engine, unfinished } = context;
  refuseStdout(options.output);
  const source = await findVault(options);
  requireOneStdin([options.identity, options.passphraseFile, options.tokenFile, options.to]);
  const identity = await findIdentity(engine, options.identity, options.passphraseFile);
  const named = await findRecipients(engine, [options.to]);

  for (const input of [source, identity, named]) input.requirePresent();

  const target = requireAbsent(options.output);

  const opener = onlyOne(await named.recipients());
  const officer = await identity.unlock();
  const { chart, reason } = options;
  return withVault(context, source, "look", async ({ client }) => {
    const share = await client
      .releaseShare(chart, officer, { opener, reason })
      .catch(refuseAs("This identity is no officer of the chart.", "chirograph show --json names them."));
    await writeFile(unfinished, target, (file) =>
      writeWhole(file, formatRelease(share), { flag: "wx", mode: PRIVATE_FILE, flush: true }),
    );
    const to = fingerprint(opener.member);
    return { lines: [options.output], document: { output: options.output, chart, to, reason } };
  });
}

function onlyOne(recipients: readonly Recipient[]): Recipient {
  if (recipients.length === 1) return recipients[0]!;
  throw new Failure("badData", "--to names one recipient, and the file holds several.");
}

function parseThreshold(text: string): number {
  const threshold = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (threshold > 0) return threshold;
  throw new InvalidArgumentError("It is a number of officers, at least 1.");
}
