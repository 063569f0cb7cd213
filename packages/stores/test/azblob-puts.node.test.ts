import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { StoreError } from "../src/error.ts";
import type { Store } from "../src/store.ts";
import { type Answer, FakeAzure, refuse } from "./azblob-fake.ts";
import { bodyOf, pattern, refusal } from "./bodies.ts";

let fake: FakeAzure;
beforeAll(async () => {
  fake = await FakeAzure.start();
});
afterAll(() => fake.stop());

const unavailable = refusal("unavailable");

/** Takes a blob and does not say so, but shows afterwards what is there. */
function losing(there: (attempt: string) => Record<string, string> | undefined, then = "lost"): Answer {
  let attempt = "";
  return (request, response) => {
    if (request.method === "PUT") {
      attempt = String(request.headers["x-ms-meta-attempt"]);
      if (then === "lost") response.destroy();
      else refuse(response, 409, "BlobAlreadyExists");
      return;
    }
    const headers = there(attempt);
    if (headers === undefined) refuse(response, 404, "BlobNotFound");
    else response.writeHead(200, { "content-length": 5, ...headers }).end();
  };
}

function isBlock(url: URL): boolean {
  return url.searchParams.get("comp") === "block";
}

/** Answers blocks as `block` says; no blob is there. */
async function openForBlocks(block: Answer): Promise<Store> {
  return fake.open(
    (request, response) => {
      if (request.method === "HEAD") refuse(response, 404, "BlobNotFound");
      else if (isBlock(request.url)) block(request, response);
      else response.writeHead(201, { etag: '"1"' }).end();
    },
    { blockBytes: 1000 },
  );
}

describe("a put whose answer is lost", () => {
  test("and that was carried out has succeeded", async () => {
    const store = await fake.open(losing((attempt) => ({ "x-ms-meta-attempt": attempt })));
    await store.put("abc", bodyOf(pattern(5)));
    expect(fake.requests.map(({ method }) => method)).toEqual(["PUT", "HEAD"]);
    expect(fake.requests[0]!.headers["if-none-match"]).toBe("*");
  });

  test("and that was sent a second time on its way has succeeded", async () => {
    const store = await fake.open(losing((attempt) => ({ "x-ms-meta-attempt": attempt }), "taken"));
    await store.put("abc", bodyOf(pattern(5)));
    expect(fake.requests.map(({ method }) => method)).toEqual(["PUT", "HEAD"]);
  });

  test("and that was not carried out is unavailable", async () => {
    const store = await fake.open(losing(() => undefined));
    await expect(store.put("abc", bodyOf(pattern(5)))).rejects.toEqual(unavailable);
  });

  test.each([[{}], [{ "x-ms-meta-attempt": "another" }]])(
    "while the name was taken finds it so",
    async (theirs) => {
      const store = await fake.open(losing(() => theirs));
      await expect(store.put("abc", bodyOf(pattern(5)))).rejects.toEqual(refusal("exists"));
    },
  );
});

describe("blocks", () => {
  test("one of which fails are not made a blob of", async () => {
    let blocks = 0;
    const store = await openForBlocks((_, response) => {
      if (++blocks === 3) refuse(response, 503, "ServerBusy");
      else response.writeHead(201).end();
    });
    await expect(store.put("abc", bodyOf(pattern(10_000)))).rejects.toEqual(unavailable);
    expect(blocks).toBeLessThan(6);
    expect(fake.requests.filter(({ method, url }) => method === "PUT" && !isBlock(url))).toEqual([]);
  });

  test("have ids of one length, each its own, in the order of the body", async () => {
    const store = await openForBlocks((_, response) => void response.writeHead(201).end());
    await store.put("abc", bodyOf(pattern(10_500)));
    await store.put("abc", bodyOf(pattern(10_500)));
    const ids = fake.requests
      .filter(({ url }) => isBlock(url))
      .map(({ url }) => url.searchParams.get("blockid")!);
    expect(new Set(ids).size).toBe(22);
    expect(new Set(ids.map((id) => id.length)).size).toBe(1);
    const numbers = ids.slice(0, 11).map((id) => Buffer.from(id, "base64").readUInt32BE(16));
    expect(numbers.toSorted((left, right) => left - right)).toEqual(
      Array.from({ length: 11 }, (_, index) => index),
    );
  });

  test("of a body that is cancelled are not made a blob of, also when they hang", async () => {
    const reason = new StoreError("unavailable", "the caller's own reason");
    const controller = new AbortController();
    const store = await openForBlocks(() => controller.abort(reason));
    await expect(store.put("abc", bodyOf(pattern(10_000)), { signal: controller.signal })).rejects.toBe(
      reason,
    );
    expect(fake.requests.filter(({ method, url }) => method === "PUT" && !isBlock(url))).toEqual([]);
  });
});
