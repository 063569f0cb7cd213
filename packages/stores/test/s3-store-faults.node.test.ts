import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readAll } from "../src/read.ts";
import type { S3Store } from "../src/s3/s3-store.ts";
import { bodyOf, pattern, refusal, reusingMemory } from "./bodies.ts";
import { ACCESS_KEY, every, FakeS3, listing, refuse, SECRET } from "./fake-s3.ts";

let fake: FakeS3;
let store: S3Store;
beforeEach(async () => {
  fake = await FakeS3.start();
  store = await fake.open();
  fake.asked.length = 0;
});
afterEach(() => fake.stop());

/** Entities that would make gigabytes of it. */
const swelling = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "${"a".repeat(1000)}">
${Array.from("bcdefg", (name, index) => `<!ENTITY ${name} "${`&${"abcdef"[index]};`.repeat(10)}">`).join("\n")}]>
<ListBucketResult><Contents><Key>&g;</Key></Contents></ListBucketResult>`;

const bytes = pattern(1000);
const range = { offset: 100, lengthBytes: 50 };
const within = Buffer.from(bytes.subarray(100, 150));

describe("an answer to a read", () => {
  test("that is right is taken", async () => {
    answering(206, partial("bytes 100-149/1000"), within);
    expect(await readAll(store, "abc", range)).toEqual(bytes.subarray(100, 150));
    answering(206, partial("bytes 100-149/*"), within);
    expect(await readAll(store, "abc", range)).toEqual(bytes.subarray(100, 150));
    answering(200, { "content-length": "1000" }, bytes);
    expect(await readAll(store, "abc")).toEqual(bytes);
  });

  test("that gives the whole object for a part is cut", async () => {
    answering(200, { "content-length": "1000" }, bytes);
    expect(await readAll(store, "abc", range)).toEqual(bytes.subarray(100, 150));
    expect(await readAll(store, "abc", { offset: 999, lengthBytes: 1 })).toEqual(bytes.subarray(999));
    const beyond = readAll(store, "abc", { offset: 999, lengthBytes: 2 });
    await expect(beyond).rejects.toEqual(refusal("out-of-range"));
  });

  test.each([
    ["another beginning", 206, partial("bytes 101-150/1000"), within],
    ["another end", 206, partial("bytes 100-148/1000"), within.subarray(1)],
    ["no range", 206, {}, within],
    ["a range that cannot be read", 206, partial("bytes 100-149"), within],
    ["another unit", 206, partial("lines 100-149/1000"), within],
    [
      "another length than its range",
      206,
      { ...partial("bytes 100-149/1000"), "content-length": "49" },
      within.subarray(1),
    ],
    [
      "too little, without a length",
      206,
      { ...partial("bytes 100-149/1000"), "transfer-encoding": "chunked" },
      within.subarray(1),
    ],
    [
      "too much, without a length",
      206,
      { ...partial("bytes 100-149/1000"), "transfer-encoding": "chunked" },
      bytes,
    ],
    ["the whole of unknown length", 200, { "transfer-encoding": "chunked" }, bytes],
    ["a status that means something else", 204, {}, new Uint8Array()],
  ])("with %s is refused", async (_, status, headers, body) => {
    answering(status, headers, body);
    await expect(readAll(store, "abc", range)).rejects.toEqual(refusal("unavailable"));
  });

  test("that says the object ends earlier puts the range outside", async () => {
    answering(206, partial("bytes 100-119/120"), within.subarray(0, 20));
    await expect(readAll(store, "abc", range)).rejects.toEqual(refusal("out-of-range"));
  });

  test("with a part of what is asked for whole is refused", async () => {
    answering(206, partial("bytes 100-149/1000"), within);
    await expect(readAll(store, "abc")).rejects.toEqual(refusal("unavailable"));
  });

  test("that breaks off is refused", async () => {
    fake.answer(every, (_, response) => {
      response.writeHead(200, { "content-length": "1000" });
      response.write(bytes.subarray(0, 500), () => response.destroy());
    });
    await expect(readAll(store, "abc")).rejects.toEqual(refusal("unavailable"));
  });

  test.each(["before it begins", "in its middle"])(
    "that hangs %s is left when the call is cancelled",
    async (when) => {
      const reason = new Error("enough");
      const controller = new AbortController();
      fake.answer(every, (_, response) => {
        if (when === "in its middle") response.writeHead(200, { "content-length": "1000" }).write(within);
        setTimeout(() => controller.abort(reason), 50);
      });
      const options = { signal: controller.signal };
      await expect(readAll(store, "abc", undefined, options)).rejects.toBe(reason);
    },
  );
});

describe("a size", () => {
  test("of an object that is not there is asked for only of a bucket that is", async () => {
    expect(await store.head("abc")).toBeNull();
    fake.answer(every, (_, response) => refuse(response, 404, "NoSuchBucket"));
    await expect(store.head("abc")).rejects.toEqual(refusal("unavailable"));
    await expect(store.delete("abc")).rejects.toEqual(refusal("unavailable"));
    await expect(store.list({ prefix: "", limit: 1 })).rejects.toEqual(refusal("unavailable"));
    await expect(readAll(store, "abc")).rejects.toEqual(refusal("unavailable"));
  });

  test("that is missing is refused", async () => {
    fake.answer(
      every,
      (_, response) => void response.writeHead(200, { "transfer-encoding": "chunked" }).end(),
    );
    await expect(store.head("abc")).rejects.toEqual(refusal("unavailable"));
  });
});

describe("a listing", () => {
  test("passes over what is not ours, and goes on until the page is full", async () => {
    const foreign = ["aC", "ac/d", "a%20c", "a%ZZ", "%C3%A4", "a".repeat(129)];
    answeringPages(
      listing(foreign, more("1")),
      listing(["ac", "ad.tmp", "ae"], more("2")),
      listing(["af", "ag", "ah"]),
    );
    const heads = ["ac", "ae", "af", "ag"].map((name) => ({ name, sizeBytes: 1 }));
    expect(await list(4)).toEqual(heads);
  });

  test.each([
    ["out of order", listing(["ad", "ac"])],
    ["with one name twice", listing(["ac", "ac"])],
    ["with names before the page", listing(["aa"])],
    ["with names of another prefix", listing(["b"])],
    ["without a size", listing([["ac", ""]])],
    ["with a negative size", listing([["ac", "-1"]])],
    ["with a size that is no number", listing([["ac", "many"]])],
    ["with a size beyond all numbers", listing([["ac", "99999999999999999999"]])],
    ["that goes on nowhere", listing(["ac"], "<IsTruncated>true</IsTruncated>")],
    ["that is empty", ""],
    ["that is a page for people", "<html><body>Sign in</body></html>"],
    ["that is cut", listing(["ac", "ad"]).slice(0, 90)],
    ["that is no XML", "\0\u0001 nothing"],
    ["that goes down and down", `<ListBucketResult>${"<a>".repeat(1_000_000)}`],
    ["that swells when it is read", swelling],
    ["without an end", `<?xml version="1.0"?><ListBucketResult>${" ".repeat(9_000_000)}`],
  ])("%s is refused", async (_, page) => {
    answeringPages(page);
    await expect(list()).rejects.toEqual(refusal("unavailable"));
  });

  test("of nothing but foreign names comes to an end", async () => {
    let page = 0;
    fake.answer(every, (_, response) => void response.end(listing(["A"], more(`${page++}`))));
    await expect(list()).rejects.toEqual(refusal("unavailable"));
    expect(fake.asked).toHaveLength(100);
  });

  test("that hangs in its middle is left when the call is cancelled", async () => {
    const reason = new Error("enough");
    const controller = new AbortController();
    fake.answer(every, (_, response) => {
      response.write("<ListBucketResult>");
      setTimeout(() => controller.abort(reason), 50);
    });
    const listed = store.list({ prefix: "", limit: 1 }, { signal: controller.signal });
    await expect(listed).rejects.toBe(reason);
  });
});

describe("a refusal", () => {
  test.each([
    [503, "SlowDown", "unavailable"],
    [500, "InternalError", "unavailable"],
    [429, "TooManyRequests", "unavailable"],
    [400, "RequestTimeout", "unavailable"],
    [403, "AccessDenied", "denied"],
    [403, "RequestTimeTooSkewed", "denied"],
    [401, "Unauthorized", "denied"],
    [400, "ExpiredToken", "denied"],
    [301, "PermanentRedirect", "denied"],
    [501, "NotImplemented", "denied"],
    [403, "QuotaExceeded", "full"],
    [507, "XMinioStorageFull", "full"],
    [400, "EntityTooLarge", "full"],
  ] as const)("(%i %s) is %s, and is not asked again", async (status, word, code) => {
    fake.answer(["PUT"], (_, response) => {
      refuse(response, status, word);
    });
    await expect(store.put("abc", bodyOf(bytes))).rejects.toEqual(refusal(code));
    expect(fake.asked.filter((what) => what.startsWith("PUT"))).toHaveLength(1);
  });

  test("repeats no secret, whatever the server puts into it", async () => {
    fake.answer(every, ({ request }, response) => {
      const echo = `${SECRET} ${request.headers.authorization}`;
      const rest = `<AWSAccessKeyId>${ACCESS_KEY}</AWSAccessKeyId><StringToSign>${echo}</StringToSign>`;
      refuse(response, 403, `${ACCESS_KEY} ${echo}`, rest);
    });
    const failures: (() => Promise<unknown>)[] = [
      () => store.put("abc", bodyOf(bytes)),
      () => readAll(store, "abc"),
      () => store.list({ prefix: "", limit: 1 }),
      () => store.delete("abc"),
    ];
    for (const failure of failures) {
      const error: unknown = await failure().then(String, (reason: unknown) => reason);
      expect(error).toEqual(refusal("denied"));
      const text = inspect(error, { depth: 20, showHidden: true });
      expect(text).not.toContain(SECRET);
      expect(text).not.toContain(ACCESS_KEY);
      expect(text).not.toContain("Signature");
    }
  });

  test("is what a server gives that is not there", async () => {
    await fake.stop();
    await expect(store.put("abc", bodyOf(bytes))).rejects.toEqual(refusal("unavailable"));
    await expect(readAll(store, "abc")).rejects.toEqual(refusal("unavailable"));
    await expect(store.head("abc")).rejects.toEqual(refusal("unavailable"));
    await expect(fake.open()).rejects.toEqual(refusal("unavailable"));
    fake = await FakeS3.start();
  });
});

test("gets that nobody reads to their end keep no other request waiting", async () => {
  const half = { "content-length": "1000" };
  fake.answer(["GET"], (_, response) => void response.writeHead(200, half).write(bytes.subarray(0, 500)));
  const gets = Array.from({ length: 60 }, () => store.get("abc")[Symbol.asyncIterator]());
  await Promise.all(gets.map((pieces) => pieces.next()));
  expect(await store.head("abc")).toBeNull();
  await Promise.all(gets.map((pieces) => pieces.return!()));
});

describe("a put whose answer is lost", () => {
  test("has succeeded when its object is there", async () => {
    losing();
    await store.put("abc", bodyOf(bytes));
    expect(await readAll(store, "abc")).toEqual(bytes);
  });

  test("has succeeded when something on the way sent it twice", async () => {
    fake.answer(["PUT"], ({ what, request, body }, response) => {
      fake.objects.set(what.slice(4), { body, mark: String(request.headers["x-amz-meta-put"]) });
      refuse(response, 412, "PreconditionFailed");
    });
    await store.put("abc", bodyOf(bytes));
    expect(await readAll(store, "abc")).toEqual(bytes);
  });

  test("is unavailable when nothing is there, and can be repeated", async () => {
    fake.answer(["PUT"], (_, response) => {
      response.destroy();
    });
    await expect(store.put("abc", bodyOf(bytes))).rejects.toEqual(refusal("unavailable"));
    fake.answer([], () => undefined);
    await store.put("abc", bodyOf(bytes));
  });

  test("finds the name taken when another's object is there", async () => {
    fake.objects.set("/bucket/abc", { body: Buffer.from("another"), mark: "another" });
    fake.answer(["PUT"], (_, response) => {
      refuse(response, 409, "ConditionalRequestConflict");
    });
    await expect(store.put("abc", bodyOf(bytes))).rejects.toEqual(refusal("exists"));
    expect(fake.objects.size).toBe(1);
  });

  test("is undone when it was cancelled meanwhile", async () => {
    const reason = new Error("enough");
    const controller = new AbortController();
    losing(() => controller.abort(reason));
    const putting = store.put("abc", bodyOf(bytes), { signal: controller.signal });
    await expect(putting).rejects.toBe(reason);
    expect(fake.objects.size).toBe(0);
  });

  test("leaves another's object when it was cancelled meanwhile", async () => {
    const reason = new Error("enough");
    const controller = new AbortController();
    fake.objects.set("/bucket/abc", { body: Buffer.from("another"), mark: "another" });
    fake.answer(["PUT"], () => {
      controller.abort(reason);
    });
    const putting = store.put("abc", bodyOf(bytes), { signal: controller.signal });
    await expect(putting).rejects.toBe(reason);
    expect(fake.objects.size).toBe(1);
  });
});

test("a put that is refused at once leaves its body", async () => {
  fake.answer(every, (_, response) => refuse(response, 403, "AccessDenied"));
  let left = false;
  async function* pieces(): AsyncGenerator<Uint8Array> {
    try {
      yield* reusingMemory(bytes, 100);
    } finally {
      left = true;
    }
  }
  const putting = store.put("abc", { sizeBytes: bytes.length, bytes: pieces() });
  await expect(putting).rejects.toEqual(refusal("denied"));
  expect(left).toBe(true);
});

/** What it answers to every GET. */
function answering(status: number, headers: Record<string, string>, body: Uint8Array): void {
  fake.answer(["GET"], (_, response) => {
    response.writeHead(status, headers).end(body);
  });
}

function partial(contentRange: string): Record<string, string> {
  return { "content-range": contentRange };
}

function answeringPages(...pages: string[]): void {
  let page = 0;
  fake.answer(every, (_, response) => void response.end(pages[Math.min(page++, pages.length - 1)]));
}

function list(limit = 10): Promise<unknown> {
  return store.list({ prefix: "a", after: "ab", limit });
}

function more(token: string): string {
  return `<IsTruncated>true</IsTruncated><NextContinuationToken>${token}</NextContinuationToken>`;
}

/** Takes what is put, as it should, and says nothing. */
function losing(during: () => void = () => undefined): void {
  fake.answer(["PUT"], ({ what, request, body }, response) => {
    fake.objects.set(what.slice(4), { body, mark: String(request.headers["x-amz-meta-put"]) });
    during();
    response.destroy();
  });
}
