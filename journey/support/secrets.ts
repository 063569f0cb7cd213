import { closeSync, openSync, readdirSync, readSync, statSync } from "node:fs";
import { join } from "node:path";

/** Something that must not leave the browser's memory. */
export interface Secret {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface Leak {
  readonly secret: string;
  readonly form: string;
  readonly where: string;
}

/** Longer than any needle: pieces overlap by so much. */
const OVERLAP_BYTES = 4096;
const PIECE_BYTES = 16 * 1_048_576;

export function textSecret(name: string, text: string): Secret {
  return { name, bytes: Buffer.from(text, "utf8") };
}

/** The forms in which a secret would be found if it were there. */
function needlesOf({ name, bytes }: Secret): { secret: string; form: string; bytes: Buffer }[] {
  const raw = Buffer.from(bytes);
  const text = raw.toString("utf8");
  const forms: [string, Buffer][] = [
    ["bytes", raw],
    ["hexadecimal", Buffer.from(raw.toString("hex"))],
    ["UTF-16", Buffer.from(text, "utf16le")],
    ["percent", Buffer.from(encodeURIComponent(text))],
    ["reversed", Buffer.from(raw.toReversed())],
    ...base64Forms(raw),
  ];
  return forms.map(([form, needle]) => ({ secret: name, form, bytes: needle }));
}

/** What of a secret's base64 is the same wherever in a longer text it stands, for each of three positions. */
function base64Forms(raw: Buffer): [string, Buffer][] {
  return [0, 1, 2].flatMap((before): [string, Buffer][] => {
    const whole = Buffer.concat([Buffer.alloc(before), raw])
      .toString("base64")
      .replaceAll("=", "");
    const first = before === 0 ? 0 : before + 1;
    const last = whole.length - ((before + raw.length) % 3 === 0 ? 0 : 1);
    const inner = whole.slice(first, last);
    const urlSafe = inner.replaceAll("+", "-").replaceAll("/", "_");
    return [
      [`base64 at ${before}`, Buffer.from(inner)],
      [`base64url at ${before}`, Buffer.from(urlSafe)],
    ];
  });
}

export function searchBytes(secrets: readonly Secret[], where: string, haystack: Buffer): Leak[] {
  return secrets
    .flatMap(needlesOf)
    .filter(({ bytes }) => bytes.length >= 6 && haystack.includes(bytes))
    .map(({ secret, form }) => ({ secret, form, where }));
}

/** Searches a file of any size. */
export function searchFile(secrets: readonly Secret[], path: string): Leak[] {
  const found = new Map<string, Leak>();
  const file = openSync(path, "r");
  const buffer = Buffer.allocUnsafe(PIECE_BYTES);
  try {
    const { size } = statSync(path);
    for (let offset = 0; offset < size; offset += PIECE_BYTES - OVERLAP_BYTES) {
      const length = readSync(file, buffer, 0, PIECE_BYTES, offset);
      for (const leak of searchBytes(secrets, path, buffer.subarray(0, length))) {
        found.set(`${leak.secret}/${leak.form}`, leak);
      }
    }
  } finally {
    closeSync(file);
  }
  return [...found.values()];
}

/** Searches every file below a folder. */
export function searchFolder(secrets: readonly Secret[], folder: string): Leak[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .flatMap((entry) => searchFile(secrets, join(entry.parentPath, entry.name)));
}
