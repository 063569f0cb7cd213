import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readAll } from "../src/read.ts";
import type { Store } from "../src/store.ts";
import { accountKey, FakeAzure, refuse } from "./azblob-fake.ts";
import { bodyOf, pattern, refusal } from "./bodies.ts";

let fake: FakeAzure;
beforeAll(async () => {
  fake = await FakeAzure.start();
});
afterAll(() => fake.stop());

const unavailable = refusal("unavailable");

/** What a call rejects with. */
async function failureOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => "no failure",
    (error: unknown) => error,
  );
}

describe("a refusal", () => {
  const calls: [string, (store: Store) => Promise<unknown>][] = [
    ["put", (store) => store.put("abc", bodyOf(pattern(5)))],
    ["put in blocks", (store) => store.put("abc", bodyOf(pattern(5000)))],
    ["get", (store) => readAll(store, "abc")],
    ["head", (store) => store.head("abc")],
    ["list", (store) => store.list({ prefix: "", limit: 1 })],
    ["delete", (store) => store.delete("abc")],
  ];

  describe.each(calls)("to %s", (_, call) => {
    test.each([
      [500, "InternalError", "unavailable"],
      [500, "OperationTimedOut", "unavailable"],
      [503, "ServerBusy", "unavailable"],
      [429, undefined, "unavailable"],
      [408, undefined, "unavailable"],
      [502, undefined, "unavailable"],
      [400, "InvalidHeaderValue", "unavailable"],
      [404, "ContainerNotFound", "unavailable"],
      [404, undefined, "unavailable"],
      [409, "BlobArchived", "unavailable"],
      [401, undefined, "denied"],
      [403, "AuthenticationFailed", "denied"],
      [403, undefined, "denied"],
      [409, "BlobImmutableDueToPolicy", "denied"],
      [507, undefined, "full"],
      [413, "RequestBodyTooLarge", "full"],
    ] as const)("with %i %s", async (status, word, code) => {
      const store = await fake.open((_request, response) => refuse(response, status, word), {
        blockBytes: 1000,
      });
      await expect(call(store)).rejects.toEqual(refusal(code));
    });

    test("tells no secret", async () => {
      const store = await fake.open((_request, response) => refuse(response, 500, "InternalError"));
      const failure = await failureOf(call(store));
      const told = `${inspect(failure, { depth: 10, showHidden: true })} ${(failure as Error).stack} ${JSON.stringify(failure)}`;
      for (const secret of [accountKey, "SharedKey", "authorization", "127.0.0.1"]) {
        expect(told.toLowerCase()).not.toContain(secret.toLowerCase());
      }
    });

    test("with a word that is none is not repeated", async () => {
      const store = await fake.open((_request, response) =>
        refuse(response, 500, "key=abc; see http://evil"),
      );
      const failure = await failureOf(call(store));
      expect(failure).toEqual(unavailable);
      expect((failure as Error).message).not.toContain("evil");
    });

    test("by nobody: the server hangs, and the call is cancelled", async () => {
      const store = await fake.open(() => undefined);
      const reason = new Error("enough");
      const signal = AbortSignal.timeout(100);
      const cancelled = new AbortController();
      signal.addEventListener("abort", () => cancelled.abort(reason));
      const began = Date.now();
      const options = { signal: cancelled.signal };
      const cancellable: Store = {
        promises: store.promises,
        put: (name, body) => store.put(name, body, options),
        get: (name, range) => store.get(name, range, options),
        head: (name) => store.head(name, options),
        list: (request) => store.list(request, options),
        delete: (name) => store.delete(name, options),
      };
      await expect(call(cancellable)).rejects.toBe(reason);
      expect(Date.now() - began).toBeLessThan(10_000);
    });

    test("by a connection that is closed at once", async () => {
      const store = await fake.open((_request, response) => void response.destroy());
      await expect(call(store)).rejects.toEqual(unavailable);
    });
  });
});
