import type { IncomingMessage } from "node:http";
import { StoreError, type StoreErrorCode } from "../error.ts";

const codes: ReadonlyMap<number, StoreErrorCode> = new Map([
  [401, "denied"],
  [403, "denied"],
  [407, "denied"],
  [413, "full"],
  [507, "full"],
]);

const hints: ReadonlyMap<number, string> = new Map([
  [401, "the name, the password or the token is not accepted"],
  [403, "no right to that"],
  [405, "is this a WebDAV folder?"],
  [413, "the object is too large for it"],
  [423, "somebody holds a lock there"],
  [507, "no space, or the quota is used up"],
]);

/** An answer that does what was asked for has one of the `expected` statuses; any other one fails here. */
export function expectStatus(answer: IncomingMessage, ...expected: readonly number[]): void {
  const status = statusOf(answer);
  if (expected.includes(status)) return;
  answer.destroy();
  // Not followed: it would carry the credentials elsewhere.
  const redirects = status >= 300 && status < 400;
  const hint = redirects ? "it redirects; give the address that it redirects to" : hints.get(status);
  const message = `The WebDAV server answers ${status}${hint === undefined ? "" : ` (${hint})`}.`;
  throw new StoreError(codes.get(status) ?? "unavailable", message);
}

export function statusOf(answer: IncomingMessage): number {
  return answer.statusCode ?? 0;
}

/** Reads the rest of an answer that nobody needs, so that its connection serves again; a long one is cut off. */
export async function drain(answer: IncomingMessage): Promise<void> {
  let left = 65_536;
  try {
    for await (const piece of answer as AsyncIterable<Uint8Array>) if ((left -= piece.length) < 0) break;
  } catch {
    // The answer is known already.
  }
}

/** What a server answers that no WebDAV server should. */
export function odd(problem: string, options?: ErrorOptions): StoreError {
  return new StoreError("unavailable", `The WebDAV server ${problem}.`, options);
}
