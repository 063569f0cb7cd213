import type { Command } from "commander";
import { Failure } from "../failure.ts";

/** An empty value is a variable that a script did not set; as a path it would stand for the current folder. */
export function refuseEmptyValues(command: Command): void {
  for (const [index, argument] of command.registeredArguments.entries())
    refuseEmpty(`<${argument.name()}>`, command.processedArgs[index]);
  for (const option of command.options)
    refuseEmpty(option.long ?? option.flags, command.getOptionValue(option.attributeName()));
}

function refuseEmpty(name: string, value: unknown): void {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (values.includes("")) throw new Failure("usage", `The value of ${name} is empty.`);
}
