import type { Id } from "@chirograph/vault";
import * as z from "../zod.ts";
import { id, line } from "./values.ts";

/** An error on the wire (RFC 9457). */
export interface Problem {
  readonly type: "about:blank";
  readonly title: string;
  readonly status: number;
  /** For people. */
  readonly detail: string;
  /** One of the codes of `source`. */
  readonly code: string;
  /** The room whose error it is. */
  readonly source: "vault" | "store" | "core" | "server";
  /** Stores that it is about. */
  readonly stores: readonly Id[];
}

export const problem: z.ZodType<Problem> = z.strictObject({
  type: z.literal("about:blank"),
  title: line,
  status: z.int().min(400).max(599),
  detail: line,
  code: z.string().regex(/^[a-z-]{1,64}$/),
  source: z.enum(["vault", "store", "core", "server"]),
  stores: z.array(id).max(64),
});
