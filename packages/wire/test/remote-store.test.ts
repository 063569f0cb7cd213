import { readAll, type Store } from "@chirograph/stores";
import { describe, expect, test } from "vitest";
import type { StoreOptions, UploadState } from "../src/index.ts";
import { against, type Heard, json, offline, problemAnswer } from "./hostile.ts";

const id = "5".repeat(32);
const name = "b".repeat(32);
const PART = 100;

function bytesOf(lengthBytes: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: lengthBytes }, (_, index) => (index * 31 + (index >> 8)) & 0xff);
}

/** A server that keeps one upload, and loses what `lose` says of its answers and of what it hears. */
function uploading(
  lose: (heard: Heard, index: number) => "request" | "answer" | number | undefined = () => undefined,
  options: StoreOptions = {},
): { store: Store; heard: Heard[]; received: () => Uint8Array; isDropped: () => boolean } {
  let received = new Uint8Array();
  let sizeBytes = -1;
  let isDropped = false;
  const state = (): UploadState => ({
    offset: received.length,
    sizeBytes,
    complete: received.length === sizeBytes,
  });
  const add = (bytes: Uint8Array): void => {
    received = Uint8Array.from([...received, ...bytes]);
  };
  const { connection, heard } = against((request, index) => {
    const lost = lose(request, index);
    if (lost === "request") return offline;
    if (request.method === "DELETE") {
      isDropped = true;
      return new Response(null, { status: 204 });
    }
    if (request.method === "POST") {
      sizeBytes = (JSON.parse(request.body as string) as { sizeBytes: number }).sizeBytes;
    } else {
      const offset = Number(request.headers.get("upload-offset"));
      if (offset !== received.length)
        return problemAnswer({ status: 409, code: "wrong-offset", source: "server" });
      const body = request.body as Uint8Array;
      // A number: the line is cut after so many bytes of the part.
      add(typeof lost === "number" ? body.subarray(0, lost) : body);
    }
    return lost === undefined ? json(state()) : offline;
  });
  const store = connection.store(id, { partBytes: PART, ...options });
  return { store, heard, received: () => received, isDropped: () => isDropped };
}

function* pieces(bytes: Uint8Array, pieceBytes: number): Generator<Uint8Array> {
  const memory = new Uint8Array(pieceBytes);
  for (let offset = 0; offset < bytes.length; offset += pieceBytes) {
    const piece = bytes.subarray(offset, offset + pieceBytes);
    memory.set(piece);
    yield memory.subarray(0, piece.length);
    memory.fill(0xee);
  }
}

describe("an object in parts", () => {
  test.each([
    [101, 1],
    [200, 7],
    [1000, 100],
    [1001, 333],
    [999, 2000],
  ])("of %i bytes arrives from pieces of %i", async (sizeBytes, pieceBytes) => {
    const { store, received, heard } = uploading();
    const bytes = bytesOf(sizeBytes);
    await store.put(name, { sizeBytes, bytes: pieces(bytes, pieceBytes) });
    expect(received()).toEqual(bytes);
    expect(heard).toHaveLength(1 + Math.ceil(sizeBytes / PART));
  });

  test("goes on where answers and requests are lost", async () => {
    const faults = [undefined, "answer", undefined, "request", undefined, "answer", undefined, 37, undefined];
    const { store, received } = uploading((_, index) => faults[index] as "answer" | number | undefined);
    const bytes = bytesOf(450);
    await store.put(name, { sizeBytes: 450, bytes: pieces(bytes, 64) });
    expect(received()).toEqual(bytes);
  });

  test("goes on after a reload: what is there is read and not sent", async () => {
    const end = new AbortController();
    const reason = new Error("reload");
    const bytes = bytesOf(450);
    const { store, received, heard, isDropped } = uploading(() => undefined, { keepOnAbort: true });
    async function* first(): AsyncGenerator<Uint8Array> {
      yield bytes.subarray(0, 250);
      end.abort(reason);
      yield bytes.subarray(250);
    }
    await expect(store.put(name, { sizeBytes: 450, bytes: first() }, { signal: end.signal })).rejects.toBe(
      reason,
    );
    expect(received()).toHaveLength(200);
    expect(isDropped()).toBe(false);
    const before = heard.length;
    await store.put(name, { sizeBytes: 450, bytes: pieces(bytes, 64) });
    expect(received()).toEqual(bytes);
    expect(heard.slice(before).map(({ method }) => method)).toEqual(["POST", "PATCH", "PATCH", "PATCH"]);
  });

  test("is given up by whoever aborts it", async () => {
    const end = new AbortController();
    const { store, isDropped } = uploading();
    async function* body(): AsyncGenerator<Uint8Array> {
      yield bytesOf(250);
      end.abort(new Error("enough"));
      yield bytesOf(200);
    }
    await expect(store.put(name, { sizeBytes: 450, bytes: body() }, { signal: end.signal })).rejects.toThrow(
      "enough",
    );
    expect(isDropped()).toBe(true);
  });

  test.each([449, 451, 0, 1000])(
    "is given up when its body has %i bytes instead of 450",
    async (lengthBytes) => {
      const { store, isDropped, received } = uploading();
      const put = store.put(name, { sizeBytes: 450, bytes: pieces(bytesOf(lengthBytes), 90) });
      await expect(put).rejects.toMatchObject({ name: "StoreError", code: "wrong-length" });
      expect(isDropped()).toBe(true);
      expect(received().length).toBeLessThan(450);
    },
  );

  test("is not put by a server that lost what it had", async () => {
    let lost = false;
    const { connection } = against(({ method, headers }) => {
      if (method === "DELETE") return new Response(null, { status: 204 });
      if (method === "POST") return json({ offset: 0, sizeBytes: 450, complete: false });
      const offset = Number(headers.get("upload-offset"));
      if (offset === 0 && !lost) return json({ offset: 100, sizeBytes: 450, complete: false });
      lost = true;
      return problemAnswer({ status: 409, code: "wrong-offset", source: "server" });
    });
    const put = connection
      .store(id, { partBytes: PART })
      .put(name, { sizeBytes: 450, bytes: [bytesOf(450)] });
    await expect(put).rejects.toMatchObject({ name: "StoreError", code: "unavailable" });
  });

  test.each([
    { offset: 700, sizeBytes: 450, complete: false },
    { offset: 0, sizeBytes: 451, complete: false },
    { offset: -1, sizeBytes: 450, complete: false },
    { offset: 0, sizeBytes: 450 },
  ])("is not put by a server that says %o", async (state) => {
    const { connection } = against(({ method }) =>
      method === "DELETE" ? new Response(null, { status: 204 }) : json(state),
    );
    const put = connection
      .store(id, { partBytes: PART })
      .put(name, { sizeBytes: 450, bytes: [bytesOf(450)] });
    await expect(put).rejects.toMatchObject({
      name: "StoreError",
      code: "unavailable",
      cause: expect.objectContaining({ code: "protocol" }) as unknown,
    });
  });

  test("that stands still ends", async () => {
    const { connection, heard } = against(({ method }) =>
      method === "DELETE"
        ? new Response(null, { status: 204 })
        : json({ offset: 0, sizeBytes: 450, complete: false }),
    );
    const put = connection
      .store(id, { partBytes: PART })
      .put(name, { sizeBytes: 450, bytes: [bytesOf(450)] });
    await expect(put).rejects.toMatchObject({ code: "unavailable" });
    expect(heard.length).toBeLessThan(100);
  });

  test("waits through being offline, and says so", async () => {
    const reasons: unknown[] = [];
    const { store, received } = uploading(
      (_, index) => (index === 2 || index === 3 ? "request" : undefined),
      {
        patience: "until-aborted",
        onWaiting: (reason) => reasons.push(reason),
      },
    );
    await store.put(name, { sizeBytes: 450, bytes: [bytesOf(450)] });
    expect(received()).toEqual(bytesOf(450));
    expect(reasons).toEqual(["offline", "offline", undefined]);
  });
});

describe("a small object", () => {
  test("whose answer was lost is put, if it is there as it should be", async () => {
    const bytes = bytesOf(50);
    const headers = { "content-length": "50", "content-range": "bytes 0-49/50" };
    const { connection, heard } = against(({ method }, index) => {
      if (index === 0) return offline;
      if (method === "PUT") return problemAnswer({ status: 409, code: "exists", source: "store" });
      if (method === "HEAD") return new Response(null, { status: 200, headers });
      return new Response(bytes, { status: 206, headers });
    });
    await connection.store(id).put(name, { sizeBytes: 50, bytes: [bytes] });
    expect(heard.map(({ method }) => method)).toEqual(["PUT", "PUT", "HEAD", "GET"]);
  });

  test("whose name is taken is refused", async () => {
    const { connection, heard } = against(() =>
      problemAnswer({ status: 409, code: "exists", source: "store" }),
    );
    const put = connection.store(id).put(name, { sizeBytes: 50, bytes: [bytesOf(50)] });
    await expect(put).rejects.toMatchObject({ name: "StoreError", code: "exists" });
    expect(heard).toHaveLength(1);
  });

  test("that resumes asks first", async () => {
    const { connection, heard } = against(() => json({ offset: 50, sizeBytes: 50, complete: true }));
    await connection.store(id, { resumes: true }).put(name, { sizeBytes: 50, bytes: [bytesOf(50)] });
    expect(heard.map(({ method, path }) => `${method} ${path.split("/").at(-2)}`)).toEqual(["POST uploads"]);
  });
});

function answer(status: number, headers: HeadersInit, body: Uint8Array<ArrayBuffer>): Response {
  return new Response(body, { status, headers });
}

describe("what a store gives", () => {
  const range = { offset: 10, lengthBytes: 20 };

  test("is the range that was asked for", async () => {
    const { connection, heard } = against(() =>
      answer(206, { "content-length": "20", "content-range": "bytes 10-29/100" }, bytesOf(20)),
    );
    expect(await readAll(connection.store(id), name, range)).toEqual(bytesOf(20));
    expect(heard[0]!.headers.get("range")).toBe("bytes=10-29");
  });

  test.each([
    [200, { "content-length": "100" }, 100],
    [206, { "content-range": "bytes 10-28/100" }, 19],
    [206, { "content-range": "bytes 11-30/100" }, 20],
    [206, { "content-range": "bytes 10-29/100" }, 19],
    [206, { "content-range": "bytes 10-29/100" }, 21],
    [206, {}, 20],
  ])("with status %i and %o in %i bytes is not that range", async (status, headers, lengthBytes) => {
    const { connection } = against(() => answer(status, headers, bytesOf(lengthBytes)));
    await expect(readAll(connection.store(id), name, range)).rejects.toMatchObject({
      name: "StoreError",
      code: "unavailable",
    });
  });

  test("of a store that is away is not asked for again", async () => {
    const { connection, heard } = against(() =>
      problemAnswer({ status: 503, code: "unavailable", source: "store" }),
    );
    await expect(readAll(connection.store(id), name)).rejects.toMatchObject({
      name: "StoreError",
      code: "unavailable",
    });
    expect(heard).toHaveLength(1);
  });
});

test("a client neither lists nor deletes", async () => {
  const { connection, heard } = against(() => offline);
  const store = connection.store(id);
  await expect(store.list({ prefix: "", limit: 1 })).rejects.toMatchObject({
    name: "StoreError",
    code: "denied",
  });
  await expect(store.delete(name)).rejects.toMatchObject({ name: "StoreError", code: "denied" });
  expect(heard).toEqual([]);
});
