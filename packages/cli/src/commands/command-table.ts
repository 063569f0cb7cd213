import type { Command } from "commander";
import type { Perform } from "./command.ts";

/** Adds a command, with its options, its help and what it does. */
type AddCommand = (program: Command, perform: Perform) => void;

/** The commands by their names, in the order of the help, each with what brings it. */
type CommandGroup = Readonly<Record<string, () => Promise<AddCommand>>>;

const keysAndWords: CommandGroup = {
  identity: async () => (await import("./identity.ts")).addIdentityCommands,
  sequence: async () => (await import("./sequence.ts")).addSequenceCommands,
};

const folders: CommandGroup = {
  seal: async () => (await import("./seal.ts")).addSealCommand,
  open: async () => (await import("./open.ts")).addOpenCommand,
  inspect: async () => (await import("./inspect.ts")).addInspectCommand,
};

/** In the order in which somebody meets them. */
const vaults: CommandGroup = {
  init: async () => (await import("./vault/init.ts")).addInitCommand,
  chart: async () => (await import("./vault/chart.ts")).addChartCommands,
  put: async () => (await import("./vault/put.ts")).addPutCommand,
  get: async () => (await import("./vault/get.ts")).addGetCommand,
  list: async () => (await import("./vault/list.ts")).addListCommand,
  show: async () => (await import("./vault/show.ts")).addShowCommand,
  history: async () => (await import("./vault/history.ts")).addHistoryCommand,
  share: async () => (await import("./vault/share.ts")).addShareCommand,
  revoke: async () => (await import("./vault/revoke.ts")).addRevokeCommand,
  word: async () => (await import("./vault/word.ts")).addWordCommands,
  standing: async () => (await import("./vault/standing.ts")).addStandingCommands,
  escrow: async () => (await import("./vault/escrow.ts")).addEscrowCommands,
  merge: async () => (await import("./vault/merge.ts")).addMergeCommand,
  erase: async () => (await import("./vault/erase.ts")).addEraseCommand,
  reseal: async () => (await import("./vault/reseal.ts")).addResealCommand,
  verify: async () => (await import("./vault/verify.ts")).addVerifyCommand,
  repair: async () => (await import("./vault/repair.ts")).addRepairCommand,
  evacuate: async () => (await import("./vault/evacuate.ts")).addEvacuateCommand,
  rebalance: async () => (await import("./vault/rebalance.ts")).addRebalanceCommand,
  compact: async () => (await import("./vault/compact.ts")).addCompactCommand,
  sweep: async () => (await import("./vault/sweep.ts")).addSweepCommand,
  reindex: async () => (await import("./vault/reindex.ts")).addReindexCommand,
  store: async () => (await import("./vault/store.ts")).addStoreCommands,
  policy: async () => (await import("./vault/policy.ts")).addPolicyCommands,
  status: async () => (await import("./vault/status.ts")).addStatusCommand,
};

const computing: CommandGroup = {
  paillier: async () => (await import("./paillier/paillier-commands.ts")).addPaillierCommands,
};

const help: CommandGroup = {
  tour: async () => (await import("./tour.ts")).addTourCommand,
  completion: async () => (await import("./completion.ts")).addCompletionCommand,
};

const groups: readonly { readonly heading: string; readonly commands: CommandGroup }[] = [
  { heading: "Keys and words:", commands: keysAndWords },
  { heading: "A record in a folder:", commands: folders },
  { heading: "Charts in a vault:", commands: vaults },
  { heading: "Computing on what is encrypted:", commands: computing },
  { heading: "Help:", commands: help },
];

/**
 * Adds the commands that a command line needs. Most of the time that a command takes is the time to load it, so where
 * the first word names one, it is the only one: the others are needed for help on all, completion and spelling.
 */
export async function addCommands(
  program: Command,
  perform: Perform,
  first: string | undefined,
): Promise<void> {
  const only = isCommand(first) && first !== "completion" ? first : undefined;
  for (const { heading, commands } of groups) {
    program.commandsGroup(heading);
    for (const [name, bring] of Object.entries(commands)) {
      if (only === undefined || name === only) (await bring())(program, perform);
    }
  }
}

function isCommand(word: string | undefined): boolean {
  return word !== undefined && groups.some(({ commands }) => Object.hasOwn(commands, word));
}
