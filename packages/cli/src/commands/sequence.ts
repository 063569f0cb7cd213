import {
  type BrokenRule,
  estimateStrength,
  explainRule,
  generatedStrength,
  GENERATED_LENGTH,
  generateWord,
  judgeWord,
  LONGEST_WORD,
  SHORTEST_WORD,
  Word,
  type WordStrength,
} from "@chirograph/core";
import { type Command, InvalidArgumentError } from "commander";
import { findSecret, secretsHelp, sequenceKey } from "../inputs/secret.ts";
import { addCommand, type Context, type Outcome, type Perform, teach } from "./command.ts";

export function addSequenceCommands(program: Command, perform: Perform): void {
  const sequence = program
    .command("sequence")
    .description("the sequence key, the word that a record is cut under");

  const check = addCommand(
    sequence,
    "check",
    "tell every rule that a sequence key breaks, or how strong it is",
  )
    .option("--sequence-key-file <file>", "the file that holds it (- is standard input)")
    .action(perform(checkSequenceKey));
  teach(
    check,
    `A sequence key has ${SHORTEST_WORD} to ${LONGEST_WORD} characters, none of them twice and no white space.
Its length is the number of fragments. Rules are told by position, never by character.`,
    secretsHelp,
  );

  const make = addCommand(sequence, "new", "make a random sequence key")
    .option("--length <n>", "characters, and so fragments", parseLength, GENERATED_LENGTH)
    .action(perform(newSequenceKey));
  teach(
    make,
    `Example:
  $ (umask 077; chirograph sequence new > word)`,
  );
}

async function checkSequenceKey(_: Context, options: { sequenceKeyFile?: string }): Promise<Outcome> {
  const secret = await findSecret(sequenceKey, options.sequenceKeyFile);
  secret.requirePresent();
  const text = await secret.take(false);
  const { length, broken } = judgeWord(text);
  if (broken.length > 0) {
    const rules = broken.map((rule) => ({ ...rule, explanation: sentence(rule) }));
    return {
      lines: rules.map(({ explanation }) => explanation),
      document: { valid: false, length, broken: rules },
      reason: "badData",
    };
  }
  const strength = await estimateStrength(new Word(text));
  return {
    lines: [`Valid: ${length} characters, so ${length} fragments.`, showStrength(strength)],
    document: { valid: true, length, broken: [], strength },
  };
}

export async function newSequenceKey(
  { engine, terminal }: Context,
  options: { length: number },
): Promise<Outcome> {
  const { characters } = generateWord(engine, options.length);
  const text = characters.join("");
  const strength = generatedStrength(characters.length);
  terminal.note(showStrength(strength));
  return { lines: [text], document: { sequenceKey: text, length: characters.length, strength } };
}

function sentence(rule: BrokenRule): string {
  const text = explainRule(rule);
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function showStrength({ bits, verdict }: WordStrength): string {
  return `Strength: ${verdict}, at most ${Math.floor(bits)} bits, against somebody who already has a reader's keys.`;
}

function parseLength(text: string): number {
  const length = /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN;
  if (length >= SHORTEST_WORD && length <= LONGEST_WORD) return length;
  throw new InvalidArgumentError(`It is from ${SHORTEST_WORD} to ${LONGEST_WORD}.`);
}
