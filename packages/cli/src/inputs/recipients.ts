import { looksLikeRecipientLine, parseRecipientLine, type Recipient } from "@chirograph/core";
import type { Engine } from "@chirograph/engine";
import { Failure } from "../failure.ts";
import { showName } from "../terminal/name.ts";
import { TextInput } from "./text-input.ts";

/** Recipients as they were named on the command line: lines, or files that hold lines. */
export interface RecipientSource {
  /** @throws Failure `noInput` */
  requirePresent(): void;
  /** At least one. */
  recipients(): Promise<Recipient[]>;
}

export async function findRecipients(engine: Engine, values: readonly string[]): Promise<RecipientSource> {
  const inputs = await Promise.all(
    values.map(async (value) => (looksLikeRecipientLine(value) ? value : await TextInput.read(value))),
  );
  return {
    requirePresent() {
      for (const input of inputs) if (input instanceof TextInput) input.requirePresent();
    },
    async recipients() {
      const lines = inputs.flatMap((input) => (input instanceof TextInput ? linesOf(input) : [input]));
      return Promise.all(lines.map((line) => parseRecipientLine(engine, line)));
    },
  };
}

/** One recipient a line; empty lines and what follows a # are for people. */
function linesOf(file: TextInput): string[] {
  const text = file.text();
  const lines = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
  if (lines.length > 0 && lines.every(looksLikeRecipientLine)) return lines;
  const isIdentity = text.includes("CHIROGRAPH IDENTITY");
  throw new Failure("badData", `${showName(file.path)} does not hold recipients, one a line.`, {
    hint: isIdentity
      ? "It is an identity: chirograph identity show prints its recipient."
      : "chirograph identity show prints the recipient of an identity.",
  });
}
