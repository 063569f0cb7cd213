import { describe, expect, test } from "vitest";
import { connect, type WaitingReason } from "../src/index.ts";
import { against, json, offline, problemAnswer } from "./hostile.ts";

const chart = "c".repeat(32);
const link = Uint8Array.of(1, 2, 3, 4, 5);
const commit = { reservations: [], links: [link], versions: [] };
const committed = { state: "committed", stored: [chart], owed: [] };
const conflict = { state: "conflict", charts: [chart] };

/** Answers with bytes and never comes to an end. */
function endless(): Response {
  const body = new ReadableStream({
    pull(controller) {
      controller.enqueue(new Uint8Array(16 * 1_048_576));
    },
  });
  return new Response(body, { status: 200 });
}

describe("an address", () => {
  test.each(["http://localhost:8420", "http://127.0.0.1:1", "http://[::1]:8420", "https://vault.example"])(
    "%s may be used",
    (origin) => {
      expect(() => connect({ origin })).not.toThrow();
    },
  );

  test.each([
    "http://vault.example",
    "http://localhost.example:8420",
    "http://127.0.0.1.example",
    "ftp://localhost",
    "localhost:8420",
    "http://localhost:8420/api",
    "http://localhost:8420/#token=x",
    "http://me:word@localhost:8420",
    "",
  ])("%j may not", (origin) => {
    expect(() => connect({ origin })).toThrow(expect.objectContaining({ code: "bad-origin" }));
  });
});

describe("a request", () => {
  test("of a program carries the token and nothing else of it", async () => {
    const { connection, heard } = against(() => json({ rows: [] }), { token: "T0KEN" });
    await connection.catalogue.page({ of: "charts", limit: 1 });
    expect(heard[0]).toMatchObject({
      method: "POST",
      path: "/api/v1/catalogue/page",
      body: '{"of":"charts","limit":1}',
    });
    expect(heard[0]!.headers.get("authorization")).toBe("Bearer T0KEN");
    expect(heard[0]!.init).toMatchObject({ credentials: "omit", cache: "no-store", redirect: "error" });
  });

  test("of a page carries the browser's cookie, to its own server alone", async () => {
    const { connection, heard } = against(() => json({ rows: [] }));
    await connection.catalogue.page({ of: "charts", limit: 1 });
    expect(heard[0]!.headers.get("authorization")).toBeNull();
    expect(heard[0]!.init).toMatchObject({ credentials: "same-origin", referrerPolicy: "no-referrer" });
  });
});

describe("an answer that no server of Chirograph gives is refused:", () => {
  const cases: [string, () => Response][] = [
    ["no JSON", () => new Response("<html>", { status: 200 })],
    ["another form", () => json({ rows: [], more: 1 })],
    ["no UTF-8", () => new Response(Uint8Array.of(0x22, 0xff, 0x22), { status: 200 })],
    ["another status", () => json({ rows: [] }, 201)],
    ["a problem that is none", () => problemAnswer({ status: 404, code: "elsewhere", source: "vault" })],
    [
      "a problem of another status",
      () =>
        new Response(JSON.stringify({}), {
          status: 400,
          headers: { "content-type": "application/problem+json" },
        }),
    ],
    ["an error page", () => new Response("oops", { status: 500 })],
  ];
  test.each(cases)("%s", async (_, answer) => {
    const { connection, heard } = against(answer);
    const asked = connection.catalogue.page({ of: "charts", limit: 1 });
    await expect(asked).rejects.toMatchObject({ name: "WireError", code: "protocol" });
    expect(heard).toHaveLength(1);
  });

  test("one without end", async () => {
    const { connection } = against(endless);
    await expect(connection.catalogue.page({ of: "charts", limit: 1 })).rejects.toMatchObject({
      code: "protocol",
    });
  });
});

describe("where no answer comes", () => {
  test("a call is tried again, and says that it waits", async () => {
    const reasons: (WaitingReason | undefined)[] = [];
    const { connection, heard } = against((_, index) => (index < 2 ? offline : json({ rows: [] })), {
      onWaiting: (reason) => reasons.push(reason),
    });
    expect(await connection.catalogue.page({ of: "charts", limit: 1 })).toEqual({ rows: [] });
    expect(heard).toHaveLength(3);
    expect(reasons).toEqual(["offline", "offline", undefined]);
  });

  test("a server that cannot now, or not so often, is asked again", async () => {
    const answers = [
      problemAnswer({ status: 429, code: "too-many", source: "server" }),
      problemAnswer({ status: 503, code: "unavailable", source: "server" }),
      new Response("", { status: 502 }),
      json({ rows: [] }),
    ];
    const { connection } = against((_, index) => answers[index]!);
    expect(await connection.catalogue.page({ of: "charts", limit: 1 })).toEqual({ rows: [] });
  });

  test("what a room says is final", async () => {
    const { connection, heard } = against(() =>
      problemAnswer({ status: 503, code: "stores-missing", source: "vault" }),
    );
    await expect(connection.catalogue.commit(commit)).rejects.toMatchObject({
      name: "VaultError",
      code: "stores-missing",
    });
    expect(heard).toHaveLength(1);
  });

  test("the bounded give up", async () => {
    const { connection, heard } = against(() => offline);
    await expect(connection.about()).rejects.toMatchObject({ name: "WireError", code: "unreachable" });
    expect(heard).toHaveLength(6);
  });

  test("the patient wait until they are told to end", async () => {
    const end = new AbortController();
    const reason = new Error("enough");
    const { connection } = against(() => offline, {
      patience: "until-aborted",
      signal: end.signal,
      onWaiting: (why) => why !== undefined && end.abort(reason),
    });
    await expect(connection.about()).rejects.toBe(reason);
  });

  test("nobody guesses a token again and again", async () => {
    const { connection, heard } = against(() =>
      problemAnswer({ status: 429, code: "too-many", source: "server" }),
    );
    await expect(connection.session.begin("x")).rejects.toMatchObject({ code: "too-many" });
    expect(heard).toHaveLength(1);
  });
});

describe("a commit whose answer was lost", () => {
  test("is tried again, and the conflict with itself is told as it is", async () => {
    const { connection, heard } = against((_, index) => (index === 0 ? offline : json(conflict)));
    expect(await connection.catalogue.commit(commit)).toEqual(conflict);
    expect(heard.map(({ path }) => path.split("/").at(-1))).toEqual(["commit", "commit"]);
  });

  test("is made at the second try", async () => {
    const { connection } = against((_, index) => (index === 0 ? offline : json(committed)));
    expect(await connection.catalogue.commit(commit)).toEqual(committed);
  });
});

test("a session that is not there is told as none", async () => {
  const { connection } = against(() => problemAnswer({ status: 401, code: "denied", source: "server" }));
  expect(await connection.session.current()).toBeUndefined();
});
