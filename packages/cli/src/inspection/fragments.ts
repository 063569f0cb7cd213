import {
  type Envelope,
  type FragmentSource,
  type KnownFragment,
  type Survey,
  toHex,
  TooFewFragments,
} from "@chirograph/core";
import { Failure } from "../failure.ts";
import { showName } from "../terminal/name.ts";
import { count } from "../terminal/quantity.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** One of the n fragments of a version, and the files that were found for it. */
export interface FragmentState {
  /** Its place, from 1. Nobody knows it in the classic profile without the word. */
  readonly number: number | undefined;
  /** The name it was given when it was sealed. */
  readonly name: string;
  readonly state: "sound" | "damaged" | "missing";
  readonly soundFiles: readonly string[];
  readonly damagedFiles: readonly string[];
}

/** What was found, with what came to light when the fragments were read. */
export function fragmentStates(
  envelope: Envelope,
  survey: Survey,
  damagedWhenRead: Iterable<KnownFragment> = [],
): FragmentState[] {
  const damaged = new Set<FragmentSource>(Array.from(damagedWhenRead, ({ source }) => source));
  return survey.places.map(({ index, id, ...files }) => {
    const soundFiles = files.found.filter(({ source }) => !damaged.has(source)).map(({ name }) => name);
    const late = files.found.filter(({ source }) => damaged.has(source));
    const damagedFiles = [...files.damaged, ...late].map(({ name }) => name);
    return {
      number: envelope.profile === "locked" ? index + 1 : undefined,
      name: toHex(id),
      state: soundFiles.length > 0 ? "sound" : damagedFiles.length > 0 ? "damaged" : "missing",
      soundFiles,
      damagedFiles,
    };
  });
}

/** What a folder was found to hold beside files that could be read. */
export interface Troubles {
  readonly links: readonly string[];
  /** What the system said, by name. */
  readonly unreadable: ReadonlyMap<string, string>;
}

/** Names every damaged or missing fragment, also where the others are enough. */
export function reportLosses(
  terminal: Terminal,
  states: readonly FragmentState[],
  { links, unreadable }: Troubles,
): void {
  for (const link of links) terminal.warn(`${showName(link)} is a link and was passed over.`);
  for (const { number, name, state, damagedFiles } of states) {
    const fragment = number === undefined ? `Fragment ${name}` : `Fragment ${number} (${name})`;
    if (state === "missing") terminal.warn(`${fragment} is missing.`);
    for (const file of damagedFiles) {
      const spare = state === "sound" ? ", another copy of it is whole" : "";
      const code = unreadable.get(file);
      // Not damage: somebody might throw a good fragment away.
      const trouble = code === undefined ? "is damaged" : `could not be read (${code})`;
      terminal.warn(`${fragment} ${trouble}: file ${showName(file)}${spare}.`);
    }
  }
}

/** @throws when fewer than k fragments are there and sound */
export function requireEnough(envelope: Envelope, states: readonly FragmentState[]): void {
  const sound = states.flatMap(({ state }, index) => (state === "sound" ? [index] : []));
  const { total, needed } = envelope;
  if (sound.length >= needed) return;
  if (envelope.profile === "locked") throw new TooFewFragments(needed, total, sound);
  const lost = states.filter(({ state }) => state !== "sound");
  const names = lost.map(({ name }) => name).join(", ");
  throw new Failure("tooFew", `All ${count(total, "fragment")} are needed; missing or damaged: ${names}.`, {
    hint: "The classic profile bears no loss. Copy them from another place into the folder.",
  });
}
