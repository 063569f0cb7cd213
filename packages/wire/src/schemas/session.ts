import * as z from "../zod.ts";
import { time } from "./values.ts";

/** The token that the server prints at its start. */
export interface BeginSession {
  readonly token: string;
}

/** The half of a session that a browser keeps by origin, which a cookie does not: cookies know no ports. */
export interface BegunSession {
  readonly page: string;
}

export interface SessionInfo {
  readonly owner: true;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly expires: number;
}

export const beginSession: z.ZodType<BeginSession> = z.strictObject({
  token: z.string().min(1).max(256),
});

export const begunSession: z.ZodType<BegunSession> = z.strictObject({
  page: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
});

export const sessionInfo: z.ZodType<SessionInfo> = z.strictObject({
  owner: z.literal(true),
  expires: time,
});

export interface Health {
  readonly status: "ok";
}

export const health: z.ZodType<Health> = z.strictObject({ status: z.literal("ok") });
