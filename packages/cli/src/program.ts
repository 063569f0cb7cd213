import { readFileSync } from "node:fs";
import { Command } from "commander";
import type { Perform } from "./commands/command.ts";
import { addCompletionCommand } from "./commands/completion.ts";
import { addIdentityCommands } from "./commands/identity.ts";
import { addInspectCommand } from "./commands/inspect.ts";
import { addOpenCommand } from "./commands/open.ts";
import { addSealCommand } from "./commands/seal.ts";
import { addSequenceCommands } from "./commands/sequence.ts";
import { addTourCommand } from "./commands/tour.ts";
import { refuseEmptyValues } from "./commands/empty.ts";
import { addVaultCommands } from "./commands/vault/vault-commands.ts";
import { exitCodesHelp } from "./exit-codes.ts";
import { secretsHelp } from "./inputs/secret.ts";

/** The whole command line: its commands, their options and what `--help` teaches. */
export function createProgram(perform: Perform): Command {
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

  program.commandsGroup("Keys and words:");
  addIdentityCommands(program, perform);
  addSequenceCommands(program, perform);
  program.commandsGroup("A record in a folder:");
  addSealCommand(program, perform);
  addOpenCommand(program, perform);
  addInspectCommand(program, perform);
  program.commandsGroup("Charts in a vault:");
  addVaultCommands(program, perform);
  program.commandsGroup("Help:");
  addTourCommand(program, perform);
  addCompletionCommand(program, perform);

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
  $ chirograph get $record -o again.dcm --identity me.key --sequence-key-file word`;

const streams = `Results go to stdout, with an id, a recipient or a path alone on the last line; everything else goes to stderr.
With --json, stdout is one JSON document, also when something fails.`;

function readVersion(): string {
  const manifest = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}
