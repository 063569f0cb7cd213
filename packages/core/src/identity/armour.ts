import type { Engine } from "@chirograph/engine/interface";
import { fromBase64, toBase64 } from "../encoding/base64.ts";
import { concat } from "../encoding/bytes.ts";
import { type Label, labelled } from "../encoding/label.ts";
import { ChirographError } from "../error.ts";

const CHECKSUM_BYTES = 16;
const LINE_CHARACTERS = 64;

/** What a text file of keys calls itself. */
export interface ArmourKind {
  /** In its first and last line. */
  readonly title: string;
  /** In errors. */
  readonly what: string;
  readonly label: Label;
}

/** Keys as a text that survives being copied: base64 in lines, and a checksum. */
export async function armour(engine: Engine, kind: ArmourKind, body: Uint8Array): Promise<string> {
  const base64 = toBase64(concat(body, await checksum(engine, kind, body)));
  let text = firstLine(kind);
  for (let index = 0; index < base64.length; index += LINE_CHARACTERS) {
    text += `${base64.slice(index, index + LINE_CHARACTERS)}\n`;
  }
  return text + lastLine(kind);
}

/** The body; a text of which one character differs is refused. */
export async function unarmour(engine: Engine, kind: ArmourKind, text: string): Promise<Uint8Array> {
  const [first, last] = [firstLine(kind), lastLine(kind)];
  if (!text.startsWith(first) || !text.endsWith(last)) {
    throw new ChirographError("malformed", `This is not an ${kind.what}, or not a whole one.`);
  }
  const bytes = fromBase64(text.slice(first.length, text.length - last.length).replaceAll("\n", ""));
  const body = bytes?.subarray(0, Math.max(0, bytes.length - CHECKSUM_BYTES));
  if (bytes === null || body === undefined || (await armour(engine, kind, body)) !== text) {
    throw new ChirographError("malformed", `The ${kind.what} is damaged: its checksum does not match.`);
  }
  return body;
}

const firstLine = ({ title }: ArmourKind): string => `-----BEGIN CHIROGRAPH ${title}-----\n`;
const lastLine = ({ title }: ArmourKind): string => `-----END CHIROGRAPH ${title}-----\n`;

async function checksum(engine: Engine, { label }: ArmourKind, body: Uint8Array): Promise<Uint8Array> {
  return (await engine.sha256([labelled(label, body)])).subarray(0, CHECKSUM_BYTES);
}
