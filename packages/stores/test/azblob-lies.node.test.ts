import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readAll } from "../src/read.ts";
import { FakeAzure, list } from "./azblob-fake.ts";
import { pattern, refusal } from "./bodies.ts";

let fake: FakeAzure;
beforeAll(async () => {
  fake = await FakeAzure.start();
});
afterAll(() => fake.stop());

const unavailable = refusal("unavailable");

describe("a get is told", () => {
  const range = { offset: 10, lengthBytes: 20 };

  test.each([
    ["another range", 206, { "content-range": "bytes 11-30/100" }, 20],
    ["a shorter range", 206, { "content-range": "bytes 10-28/100" }, 19],
    ["a longer range", 206, { "content-range": "bytes 10-30/100" }, 21],
    ["a range that begins earlier, in as many bytes", 206, { "content-range": "bytes 9-29/100" }, 20],
    ["a range that ends earlier, in as many bytes", 206, { "content-range": "bytes 10-28/100" }, 20],
    ["the range, as if it were the whole", 200, { "content-range": "bytes 10-29/100" }, 20],
    ["the range, in too few bytes", 206, { "content-range": "bytes 10-29/100" }, 19],
    ["the range, in too many bytes", 206, { "content-range": "bytes 10-29/100" }, 21],
    ["no range", 206, {}, 20],
    ["a range of nobody knows how many bytes", 206, { "content-range": "bytes 10-29/*" }, 20],
    ["no range in the grammar", 206, { "content-range": "bytes=10-29/100" }, 20],
    ["the whole object", 200, {}, 20],
    ["that all is well, without a body", 204, {}, 0],
  ])("%s: unavailable", async (_, status, headers, lengthBytes) => {
    const store = await fake.open((_request, response) => {
      response.writeHead(status, { etag: '"1"', "content-length": lengthBytes, ...headers });
      response.end(pattern(lengthBytes));
    });
    await expect(readAll(store, "abc", range)).rejects.toEqual(unavailable);
    expect(fake.requests[0]!.headers["x-ms-range"]).toBe("bytes=10-29");
  });

  test("a range of a shorter object: out of range", async () => {
    const store = await fake.open((_, response) => {
      response.writeHead(206, { etag: '"1"', "content-length": 5, "content-range": "bytes 10-14/15" });
      response.end(pattern(5));
    });
    await expect(readAll(store, "abc", range)).rejects.toEqual(refusal("out-of-range"));
  });

  test.each([
    ["a part instead of the whole", 206, { etag: '"1"', "content-length": "20" }],
    ["no length", 200, { etag: '"1"' }],
    ["a length that is none", 200, { etag: '"1"', "x-ms-note": "-1" }],
    ["no etag", 200, { "content-length": "20" }],
  ])("%s: unavailable", async (_, status, headers) => {
    const store = await fake.open((_request, response) => {
      response.writeHead(status, headers);
      response.end(pattern(20));
    });
    await expect(readAll(store, "abc")).rejects.toEqual(unavailable);
  });

  test("a body that breaks off: unavailable, after what there was", async () => {
    const store = await fake.open((_, response) => {
      response.writeHead(200, { etag: '"1"', "content-length": 100_000 });
      response.write(pattern(50_000), () => response.destroy());
    });
    let read = 0;
    const reading = (async () => {
      for await (const piece of store.get("abc")) read += piece.length;
    })();
    await expect(reading).rejects.toEqual(unavailable);
    expect(read).toBeLessThanOrEqual(50_000);
    // Nothing is asked for again: that is for whoever wraps the store.
    expect(fake.requests).toHaveLength(1);
  });

  test("to look elsewhere: it does not", async () => {
    const elsewhere = await FakeAzure.start();
    const store = await fake.open((_, response) => {
      response.writeHead(307, { location: `${elsewhere.endpoint}/fragments/abc` }).end();
    });
    await expect(readAll(store, "abc")).rejects.toEqual(unavailable);
    expect(elsewhere.requests).toEqual([]);
    await elsewhere.stop();
  });
});

describe("a list", () => {
  test.each([
    ["out of order", [{ name: "abc" }, { name: "abb" }]],
    ["with a name twice", [{ name: "abc" }, { name: "abc" }]],
    ["with a name that was not asked for", [{ name: "abc" }, { name: "b" }]],
    ["with a length that is none", [{ name: "abc", size: -1 }]],
    ["with half a byte", [{ name: "abc", size: 0.5 }]],
    ["with a length that is no number", [{ name: "abc", size: "five" }]],
  ])("%s: unavailable", async (_, items) => {
    const store = await fake.open((_request, response) => list(response, items));
    await expect(store.list({ prefix: "a", limit: 10 })).rejects.toEqual(unavailable);
  });

  test.each([
    ["that is no XML", "abc"],
    ["that is empty", ""],
    ["that is cut off", "<?xml version='1.0'?><EnumerationResults><Blobs><Blob><Name>abc</Na"],
    ["of something else", "<?xml version='1.0'?><Error><Code>None</Code></Error>"],
    [
      "of blobs without names",
      "<EnumerationResults><Blobs><Blob><Name/></Blob></Blobs></EnumerationResults>",
    ],
    ["in no known form", "{}"],
  ])("%s: unavailable", async (_, text) => {
    const store = await fake.open((_request, response) => {
      response.setHeader("content-type", "application/xml");
      response.end(text);
    });
    await expect(store.list({ prefix: "a", limit: 10 })).rejects.toEqual(unavailable);
  });

  test("out of order from one page to the next: unavailable", async () => {
    const store = await fake.open(({ url }, response) => {
      if (url.searchParams.has("marker")) list(response, [{ name: "abb" }]);
      else list(response, [{ name: "abc" }], "more");
    });
    await expect(store.list({ prefix: "a", limit: 10 })).rejects.toEqual(unavailable);
  });

  test("that does not end: unavailable, after a thousand pages", async () => {
    const store = await fake.open((_, response) => list(response, [], "more"));
    await expect(store.list({ prefix: "", limit: 10 })).rejects.toEqual(unavailable);
    expect(fake.requests).toHaveLength(1000);
  });

  test("as an answer of endless length: unavailable, before it fills the memory", async () => {
    let sent = 0;
    const store = await fake.open((_, response) => {
      const more = (): void => {
        if (response.destroyed || sent > 2 ** 28) return;
        sent += 2 ** 20;
        response.write(" ".repeat(2 ** 20), more);
      };
      more();
    });
    await expect(store.list({ prefix: "", limit: 10 })).rejects.toEqual(unavailable);
    expect(sent).toBeLessThan(2 ** 26);
  });

  test("with entities that grow: nothing of them is taken for a name", async () => {
    const entities = Array.from({ length: 9 }, (_, level) => {
      const before = level === 0 ? "a" : `&e${level - 1};`;
      return `<!ENTITY e${level} "${before.repeat(level === 0 ? 1 : 10)}">`;
    });
    const store = await fake.open((_, response) => {
      response.setHeader("content-type", "application/xml");
      response.end(
        `<?xml version="1.0"?><!DOCTYPE x [${entities.join("")}]><EnumerationResults><Blobs><Blob>` +
          "<Name>&e8;</Name><Properties><Content-Length>1</Content-Length></Properties></Blob></Blobs>" +
          "</EnumerationResults>",
      );
    });
    await expect(store.list({ prefix: "a", limit: 10 })).rejects.toEqual(unavailable);
  });

  test("skips what is no object, and goes on until the page is full", async () => {
    const store = await fake.open(({ url }, response) => {
      const page = Number(url.searchParams.get("marker") ?? "0");
      const items = page === 2 ? [{ name: "a2" }, { name: "a3" }] : [{ name: "A" }, { name: `a${page}` }];
      list(response, items, page < 3 ? `${page + 1}` : "");
    });
    const names = (await store.list({ prefix: "", limit: 3 })).map(({ name }) => name);
    expect(names).toEqual(["a0", "a1", "a2"]);
    expect(fake.requests).toHaveLength(3);
  });

  test("of a service that does not begin where it is asked to is read on to there", async () => {
    const names = Array.from({ length: 6000 }, (_, index) => `a${index.toString().padStart(5, "0")}`);
    const store = await fake.open(({ url }, response) => {
      const first = Number(url.searchParams.get("marker") ?? "0");
      const end = first + Number(url.searchParams.get("maxresults"));
      list(
        response,
        names.slice(first, end).map((name) => ({ name })),
        end < names.length ? `${end}` : "",
      );
    });
    const page = await store.list({ prefix: "a", after: "a05989", limit: 5 });
    expect(page.map(({ name }) => name)).toEqual(["a05990", "a05991", "a05992", "a05993", "a05994"]);
    expect(fake.requests.length).toBeLessThan(6);
    expect(fake.requests[0]!.url.searchParams.get("startFrom")).toBe("a05989-");
  });

  test("behind all that could be meant asks nobody", async () => {
    const store = await fake.open((_, response) => list(response, [{ name: "b" }]));
    expect(await store.list({ prefix: "a", after: "b", limit: 5 })).toEqual([]);
    expect(fake.requests).toEqual([]);
  });
});

test("a length that is none at head: unavailable", async () => {
  const store = await fake.open((_, response) => void response.writeHead(200).end());
  await expect(store.head("abc")).rejects.toEqual(unavailable);
});

test("a connection is used again, but not when the server may be closing it", async () => {
  const closing = await FakeAzure.start({ keepAliveMs: 2000 });
  const store = await closing.open((_, response) => list(response, []));
  for (let round = 0; round < 5; round++) await store.list({ prefix: "", limit: 1 });
  expect(await closing.connections()).toBe(1);
  await pause(1500);
  expect(await closing.connections()).toBe(0);
  await closing.stop();
});
