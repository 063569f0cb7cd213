import { EmbeddedError } from "./error.ts";
import { showName } from "./files/name.ts";

/** Takes one value of a JSON document, or refuses it by its place. */
export type Read<Value> = (value: unknown, place: Place) => Value;

/** A document that was given under `file`, read by `read`: nothing that is not expected, nothing left out. */
export function readJson<Value>(file: string, text: string, read: Read<Value>): Value {
  const place = new Place(showName(file), "");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return place.refuse("is not JSON");
  }
  return read(value, place);
}

/** Where in a document a value stands, for errors: `stores[2].region`. */
class Place {
  readonly #file: string;
  readonly #path: string;

  constructor(file: string, path: string) {
    this.#file = file;
    this.#path = path;
  }

  member(key: string): Place {
    return new Place(this.#file, this.#path === "" ? showName(key) : `${this.#path}.${showName(key)}`);
  }

  item(index: number): Place {
    return new Place(this.#file, `${this.#path}[${index}]`);
  }

  /** @param problem goes on after the place: "is no number" */
  refuse(problem: string): never {
    throw new EmbeddedError(
      "malformed",
      `${this.#file}${this.#path === "" ? "" : `: ${this.#path}`} ${problem}.`,
    );
  }
}

/** A text of one line and of bounded length. */
export const text: Read<string> = (value, place) => {
  if (typeof value !== "string" || value.length > MOST_CHARACTERS || /\p{Cc}/u.test(value))
    return place.refuse("is no text of one line");
  return value;
};

const MOST_CHARACTERS = 4096;

/** A text that looks like `pattern`, which people know as `what`. */
export function textLike(pattern: RegExp, what: string): Read<string> {
  return (value, place) => {
    if (typeof value !== "string" || !pattern.test(value)) return place.refuse(`is not ${what}`);
    return value;
  };
}

export function oneOf<const Value extends string>(...values: readonly Value[]): Read<Value> {
  return (value, place) =>
    values.find((known) => known === value) ?? place.refuse(`is none of ${values.join(", ")}`);
}

export function wholeNumber(least: number, most: number): Read<number> {
  return (value, place) => {
    if (typeof value === "number" && Number.isInteger(value) && value >= least && value <= most) return value;
    return place.refuse(`is not a whole number from ${least} to ${most}`);
  };
}

export const truth: Read<boolean> = (value, place) =>
  typeof value === "boolean" ? value : place.refuse("is neither true nor false");

export function list<Value>(item: Read<Value>, least: number, most: number): Read<Value[]> {
  return (value, place) => {
    if (!Array.isArray(value) || value.length < least || value.length > most)
      return place.refuse(`is not a list of ${least} to ${most}`);
    return value.map((each, index) => item(each, place.item(index)));
  };
}

/** Any key that `key` takes, each with a value that `item` takes. */
export function mapOf<Value>(item: Read<Value>): Read<Map<string, Value>> {
  return (value, place) => {
    const entries = Object.entries(objectAt(value, place));
    return new Map(entries.map(([key, each]) => [key, item(each, place.member(key))]));
  };
}

/** Exactly these keys. */
export function fields<Fields extends object>(readers: {
  readonly [Key in keyof Fields]: Read<Fields[Key]>;
}): Read<Fields> {
  return (value, place) => {
    const object = objectAt(value, place);
    for (const key of Object.keys(object))
      if (!Object.hasOwn(readers, key)) place.member(key).refuse("is not known");
    const entries = Object.entries<Read<unknown>>(readers as Record<string, Read<unknown>>);
    return Object.fromEntries(
      entries.map(([key, read]) => [key, read(object[key], place.member(key))]),
    ) as Fields;
  };
}

/** A value that may be left out. */
export function optional<Value>(read: Read<Value>): Read<Value | undefined> {
  return (value, place) => (value === undefined ? undefined : read(value, place));
}

/** A value that an older format does not have. */
export function absent<Value>(standard: Value): Read<Value> {
  return (value, place) => (value === undefined ? standard : place.refuse("is not known"));
}

/** One of the formats of a document, as it says under `format`. */
export function formats<Value>(known: Readonly<Record<string, Read<Value>>>): Read<Value> {
  return (value, place) => {
    const { format } = objectAt(value, place);
    return known[oneOf(...Object.keys(known))(format, place.member("format"))]!(value, place);
  };
}

/** A value that may not be known. */
export function orNull<Value>(read: Read<Value>): Read<Value | null> {
  return (value, place) => (value === null ? null : read(value, place));
}

function objectAt(value: unknown, place: Place): Record<string, unknown> {
  if (value === undefined) return place.refuse("is missing");
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return place.refuse("is no object");
  return value as Record<string, unknown>;
}
