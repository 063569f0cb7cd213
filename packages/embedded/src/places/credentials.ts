import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { requirePrivate } from "../files/private.ts";
import { unreadable } from "../files/unreadable.ts";
import { mapOf, type Read, readJson } from "../strict-json.ts";
import { comparable } from "./comparable.ts";
import type { Location } from "./location.ts";

/** Where credentials may be found: the variables of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** An entry is read only when its store is used: other kinds of stores have other forms. */
type Entry = <Form>(read: Read<Form>) => Form;

const VARIABLE = "CHIROGRAPH_CREDENTIALS";

const readAny = mapOf<Entry>((value, place) => (read) => read(value, place));

/** By what each key can be compared with. No key that is refused is shown: a password may stand in it. */
const readEntries: Read<ReadonlyMap<string, Entry>> = (value, place) => {
  const entries = new Map<string, Entry>();
  for (const [key, entry] of readAny(value, place)) {
    const name = comparable(key);
    if (name === undefined) return place.refuse("has a key that names no host and no bucket");
    if (entries.has(name)) return place.refuse("names one place twice");
    entries.set(name, entry);
  }
  return entries;
};

/**
 * What the file of credentials says of a store: the entry whose key is its location, or the longest beginning of it
 * that ends before a "/" or "?". `undefined` when there is none: the kind's usual places are asked then.
 * @param read the form that this kind of store takes
 * @throws EmbeddedError for a file that is named and cannot be used, or an entry of another form
 */
export function credentialsFor<Form>(
  location: Location,
  read: Read<Form>,
  environment: Environment = process.env,
): Form | undefined {
  const entries = readFile(environment);
  const keys = [...entries.keys()].filter((key) => covers(key, comparable(location) ?? location));
  const [longest] = keys.toSorted((left, right) => right.length - left.length);
  return longest === undefined ? undefined : entries.get(longest)!(read);
}

function readFile(environment: Environment): ReadonlyMap<string, Entry> {
  const named = environment[VARIABLE];
  const path = named ?? join(settingsFolder(environment), "chirograph", "credentials.json");
  if (named === undefined && !existsSync(path)) return new Map();
  try {
    requirePrivate(path);
    return readJson(path, readFileSync(path, "utf8"), readEntries);
  } catch (error) {
    throw unreadable(path, error);
  }
}

function settingsFolder(environment: Environment): string {
  return environment["XDG_CONFIG_HOME"] ?? join(homedir(), ".config");
}

/** The key of one server never goes to another whose name only begins alike. */
function covers(key: string, location: Location): boolean {
  if (!location.startsWith(key)) return false;
  return key.length === location.length || key.endsWith("/") || /[/?]/.test(location[key.length]!);
}
