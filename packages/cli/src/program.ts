import { readFileSync } from "node:fs";
import { Command } from "commander";
import type { Perform } from "./commands/command.ts";
import { addCommands } from "./commands/command-table.ts";
import { refuseEmptyValues } from "./commands/empty.ts";
import { exitCodesHelp } from "./exit-codes.ts";
import { secretsHelp } from "./inputs/secret.ts";

/** The command line as far as these words need it: commands, their options and what `--help` teaches. */
export async function createProgram(perform: Perform, values: readonly string[]): Promise<Command> {
  const program = new Command("chirograph")
    .description("Seal a record under three locks, cut it into fragments, open it again from any k of them.")
    .version(readVersion(), "-V, --version", "print the version")
    .helpOption("-h, --help", "explain a command")
    .helpCommand("help [command]", "explain a command")
    .configureHelp({ showGlobalOptions: false })
    // Failures are told in one place, in one form.
    .configureOutput({ outputError: () => {} })
    .exitOverride()
    .hook("preAction", (_, command) => refuseEmptyValues(command));

  await addCommands(program, perform, values[0]);
  program.addHelpText("after", `\n${[example, secretsHelp, streams, exitCodesHelp].join("\n\n")}\n`);
  return program;
}

const example = `A first time, from nothing:
  $ chirograph tour                                      see it work, nothing to prepare
  $ chirograph identity new -o me.key > me.pub           your keys, and what others need of them
  $ (umask 077; chirograph sequence new > word)          a word; its length is the number of fragments
  $ chirograph seal scan.dcm -o sealed --to me.pub --sequence-key-file word
  $ chirograph open sealed -o again.dcm --identity me.key --sequence-key-file word

A vault over several stores:
  $ export CHIROGRAPH_VAULT=vault
  $ chirograph init vault --store file:a file:b file:c file:d --identity me.key
  $ chart=$(chirograph chart new --identity me.key --sequence-key-file word)
  $ record=$(chirograph put scan.dcm --chart $chart --identity me.key --sequence-key-file word)
  $ chirograph get $record -o again.dcm --identity me.key --sequence-key-file word

A vault behind a server does the same with --server in place of --vault:
  $ export CHIROGRAPH_SERVER=http://localhost:8420
  $ chirograph list --token-file token                   what follows #token= in the address that it prints`;

const streams = `Results go to stdout, with an id, a recipient or a path alone on the last line; everything else goes to stderr.
With --json, stdout is one JSON document, also when something fails.`;

function readVersion(): string {
  const manifest = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}
