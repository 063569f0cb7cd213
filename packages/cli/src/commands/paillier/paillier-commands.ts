import type { Command } from "commander";
import type { Perform } from "../command.ts";
import { addComputeCommands } from "./compute.ts";
import { addDecryptCommand } from "./decrypt.ts";
import { addEncryptCommand } from "./encrypt.ts";
import { addKeyCommands } from "./keys.ts";
import { addShowCommand } from "./show.ts";

export function addPaillierCommands(program: Command, perform: Perform): void {
  const paillier = program
    .command("paillier")
    .description("compute on images and series of numbers without opening them");
  addKeyCommands(paillier, perform);
  addEncryptCommand(paillier, perform);
  addDecryptCommand(paillier, perform);
  addComputeCommands(paillier, perform);
  addShowCommand(paillier, perform);
}
