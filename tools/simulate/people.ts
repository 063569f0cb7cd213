import { createIdentity, type Identity, Word } from "@chirograph/core";
import { simulatedEngine } from "./engine.ts";
import { Random } from "./random.ts";

/** The owner, a writer and a reader who comes and goes. */
export type Person = "ada" | "ben" | "cleo";

export type People = Readonly<Record<Person | "stranger", Identity>>;

export const word: Word = new Word("adk21937");

let people: Promise<People> | undefined;

/** Keys need not differ from history to history; ids do. */
export function somePeople(): Promise<People> {
  const engine = simulatedEngine(new Random(0));
  people ??= (async () => ({
    ada: await createIdentity(engine),
    ben: await createIdentity(engine),
    cleo: await createIdentity(engine),
    stranger: await createIdentity(engine),
  }))();
  return people;
}
