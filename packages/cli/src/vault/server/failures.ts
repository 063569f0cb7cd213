import { WireError, type WireErrorCode } from "@chirograph/wire";
import type { ExitReason } from "../../exit-codes.ts";
import { Failure } from "../../failure.ts";
import { ownerToken } from "../../inputs/secret.ts";

const stranger = {
  reason: "badData",
  problem: "does not speak as it should",
  hint: "See that it is a server of Chirograph, and of the same version as this command line.",
} as const;

const later = { reason: "io", hint: "Run it again in a while: what is in the vault already stays." } as const;

/** What an error between this machine and a server means, and what to do about it. */
const rows: Readonly<
  Record<WireErrorCode, { readonly reason: ExitReason; readonly problem: string; readonly hint: string }>
> = {
  unreachable: {
    reason: "noServer",
    problem: "does not answer",
    hint: "See that it runs and that the address is right; what is in the vault already stays.",
  },
  denied: {
    reason: "notForYou",
    problem: "refuses the token",
    hint: `Give the one that this server printed at its start, with ${ownerToken.option} FILE or in $${ownerToken.variable}.`,
  },
  forbidden: {
    reason: "notForYou",
    problem: "takes no such request from here",
    hint: "Name it by the address that it printed at its start.",
  },
  unavailable: { ...later, problem: "cannot work now" },
  busy: { ...later, problem: "is at it for somebody else" },
  "too-many": { ...later, problem: "was asked too often" },
  defect: {
    reason: "io",
    problem: "met a defect of its own",
    hint: "What it prints tells more; run it again when that is put right.",
  },
  unknown: stranger,
  malformed: stranger,
  "not-allowed": stranger,
  "wrong-offset": stranger,
  "too-large": stranger,
  protocol: stranger,
  "bad-origin": stranger,
};

/** Errors that only a server can make, in words for people; the others are what they would be without one. */
export function explainServer(origin: string, error: unknown): unknown {
  if (!(error instanceof WireError)) return error;
  const { reason, problem, hint } = rows[error.code];
  return new Failure(reason, `The server at ${origin} ${problem}.`, { hint, cause: error });
}
