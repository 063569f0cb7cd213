import type { Hash, Id } from "@chirograph/vault";
import { fromBase64, toBase64 } from "../encoding/base64.ts";
import * as z from "../zod.ts";

/** An id, or the name of an object. */
export const id: z.ZodType<Id, string> = z.string().regex(/^[0-9a-f]{32}$/);
export const hash: z.ZodType<Hash, string> = z.string().regex(/^[0-9a-f]{64}$/);
/** How many there are, or how many bytes; not beyond what a number holds. */
export const count: z.ZodType<number, number> = z.int().nonnegative();
/** Milliseconds since 1970-01-01 UTC. */
export const time: z.ZodType<number, number> = z.int().nonnegative();
/** Text for people on one line. */
export const line: z.ZodType<string, string> = z
  .string()
  .max(4096)
  .regex(/^[^\p{Cc}\u2028\u2029]*$/u);

const base64 = z.string().meta({ contentEncoding: "base64" });

export const bytes: z.ZodType<Uint8Array, string> = z.codec(
  base64,
  z.custom<Uint8Array>((value) => value instanceof Uint8Array),
  { decode: (text, { issues }) => decode(text, issues), encode: toBase64 },
);

/** `undefined` in memory, `null` on the wire. */
export const bytesOrNull: z.ZodType<Uint8Array | undefined, string | null> = z.codec(
  base64.nullable(),
  z.custom<Uint8Array | undefined>((value) => value === undefined || value instanceof Uint8Array),
  {
    decode: (text, { issues }) => (text === null ? undefined : decode(text, issues)),
    encode: (value) => (value === undefined ? null : toBase64(value)),
  },
);

/** `undefined` in memory, `null` on the wire. */
export const idOrNull: z.ZodType<Id | undefined, string | null> = z.codec(
  z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .nullable(),
  z.custom<Id | undefined>((value) => value === undefined || typeof value === "string"),
  { decode: (text) => text ?? undefined, encode: (value) => value ?? null },
);

function decode(text: string, issues: z.core.$ZodRawIssue[]): Uint8Array {
  const read = fromBase64(text);
  if (read !== null) return read;
  issues.push({ code: "invalid_format", format: "base64", input: "", message: "Not base64 with padding." });
  return z.NEVER;
}
