import type { Command } from "commander";
import type { Perform } from "../command.ts";
import { addChartCommands } from "./chart.ts";
import { addEraseCommand } from "./erase.ts";
import { addEscrowCommands } from "./escrow.ts";
import { addGetCommand } from "./get.ts";
import { addHistoryCommand } from "./history.ts";
import { addInitCommand } from "./init.ts";
import { addListCommand } from "./list.ts";
import { addMergeCommand } from "./merge.ts";
import { addPolicyCommands } from "./policy.ts";
import { addPutCommand } from "./put.ts";
import { addReindexCommand } from "./reindex.ts";
import { addRepairCommand } from "./repair.ts";
import { addResealCommand } from "./reseal.ts";
import { addRevokeCommand } from "./revoke.ts";
import { addShareCommand } from "./share.ts";
import { addShowCommand } from "./show.ts";
import { addStandingCommands } from "./standing.ts";
import { addStatusCommand } from "./status.ts";
import { addVerifyCommand } from "./verify.ts";
import { addWordCommands } from "./word.ts";

/** Commands on a vault, in the order in which somebody meets them. */
export function addVaultCommands(program: Command, perform: Perform): void {
  addInitCommand(program, perform);
  addChartCommands(program, perform);
  addPutCommand(program, perform);
  addGetCommand(program, perform);
  addListCommand(program, perform);
  addShowCommand(program, perform);
  addHistoryCommand(program, perform);
  addShareCommand(program, perform);
  addRevokeCommand(program, perform);
  addWordCommands(program, perform);
  addStandingCommands(program, perform);
  addEscrowCommands(program, perform);
  addMergeCommand(program, perform);
  addEraseCommand(program, perform);
  addResealCommand(program, perform);
  addVerifyCommand(program, perform);
  addRepairCommand(program, perform);
  addReindexCommand(program, perform);
  addPolicyCommands(program, perform);
  addStatusCommand(program, perform);
}
