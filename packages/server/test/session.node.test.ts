import { readFile, stat } from "node:fs/promises";
import { connect } from "@chirograph/wire";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { homeIn } from "../src/home/layout.ts";
import { ask, bearer, startTestServer, type TestServer, testFolder } from "./running.ts";

const cleanUps: (() => Promise<void>)[] = [];
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({}, (work) => cleanUps.unshift(work));
});
afterAll(async () => {
  for (const work of cleanUps) await work();
});

/** A session as a browser has it: the cookie as it is set, and what the application's own pages send with it. */
async function beginAt(
  from: TestServer,
): Promise<{ set: string; cookie: string; own: Record<string, string> }> {
  const { status, headers, json } = await ask(from, "/api/v1/session", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ token: from.token }),
  });
  expect(status).toBe(200);
  const set = headers["set-cookie"]![0]!;
  const own = { "sec-fetch-site": "same-origin", "chirograph-page": json()["page"] as string };
  return { set, cookie: set.split(";", 1)[0]!, own };
}

describe("the owner's token", () => {
  test("is in a file that only its user reads, and in the printed address's fragment", async () => {
    const { token } = homeIn(server.home);
    expect((await readFile(token, "utf8")).trim()).toBe(server.token);
    expect((await stat(token)).mode & 0o777).toBe(0o600);
    expect(server.address).toBe(`${server.origin}/#token=${server.token}`);
    expect((await stat(server.home)).mode & 0o777).toBe(0o700);
  });

  test("opens the interface to a program, and nothing else does", async () => {
    expect((await ask(server, "/api/v1/vault", { headers: bearer(server) })).status).toBe(200);
    const wrong = [
      {},
      { authorization: "Bearer " },
      { authorization: `Bearer ${server.token}x` },
      { authorization: `Bearer ${server.token.slice(0, -1)}` },
      { authorization: server.token },
      { authorization: `Basic ${server.token}` },
      { cookie: `chirograph=${server.token}` },
    ];
    for (const headers of wrong) {
      const answer = await ask(server, "/api/v1/vault", { headers });
      expect(answer.status).toBe(401);
      expect(answer.json()).toMatchObject({ code: "denied", source: "server" });
    }
  });
});

describe("a browser's cookie", () => {
  test("is out of scripts' reach, goes to no other site, and lasts twelve hours", async () => {
    const { set } = await beginAt(server);
    expect(set).toMatch(/^chirograph=\d+\.[^;]+; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/);
  });

  test("opens the interface to the application's own pages alone", async () => {
    const { cookie, own } = await beginAt(server);
    const page = { "chirograph-page": own["chirograph-page"]! };
    const ours = [
      { cookie, ...own },
      { cookie, ...page, origin: server.origin, host: `localhost:${server.port}` },
    ];
    for (const headers of ours) expect((await ask(server, "/api/v1/session", { headers })).status).toBe(200);
    const foreign: [Record<string, string>, number][] = [
      [{ cookie }, 401],
      // What another program on this machine can have of it, since cookies know no ports.
      [{ cookie, "sec-fetch-site": "same-origin" }, 401],
      [{ cookie, ...own, "chirograph-page": "A".repeat(43) }, 401],
      [{ ...own }, 401],
      [{ cookie, ...own, "sec-fetch-site": "cross-site" }, 403],
      [{ cookie, ...own, "sec-fetch-site": "same-site" }, 403],
      [{ cookie, ...own, "sec-fetch-site": "none" }, 403],
      [{ cookie, ...page, origin: "http://localhost:1", host: `localhost:${server.port}` }, 403],
      [{ cookie, ...page, origin: "null", host: `localhost:${server.port}` }, 403],
      [{ cookie, origin: "http://evil.example", ...own }, 403],
    ];
    for (const [headers, status] of foreign) {
      expect((await ask(server, "/api/v1/session", { headers })).status).toBe(status);
    }
  });

  test("that was altered opens nothing", async () => {
    const { cookie, own } = await beginAt(server);
    const [name, value] = cookie.split("=") as [string, string];
    const [expires, signature] = decodeURIComponent(value).split(".") as [string, string];
    const altered = [
      `${Number(expires) + 1}.${signature}`,
      `${expires}.${signature.slice(0, -2)}AA`,
      expires,
      `${expires}.`,
      `.${signature}`,
    ];
    for (const one of altered) {
      const headers = { cookie: `${name}=${encodeURIComponent(one)}`, ...own };
      expect((await ask(server, "/api/v1/session", { headers })).status).toBe(401);
    }
  });

  test("outlives the server, and is taken back", async () => {
    const home = await testFolder();
    const first = await startTestServer({ home });
    const { cookie, own } = await beginAt(first);
    await first.close();
    const second = await startTestServer({ home });
    const headers = { cookie, ...own };
    const answer = await ask(second, "/api/v1/session", { headers });
    expect(answer.json()).toMatchObject({ owner: true });
    const ended = await ask(second, "/api/v1/session", { method: "DELETE", headers });
    expect(ended.status).toBe(204);
    expect(ended.headers["set-cookie"]![0]).toMatch(/^chirograph=; .*(?:Max-Age=0|Expires=Thu, 01 Jan 1970)/);
  });

  test("is of this token: a new one ends it", async () => {
    const other = await startTestServer();
    const { cookie, own } = await beginAt(server);
    const headers = { cookie, ...own };
    expect((await ask(other, "/api/v1/session", { headers })).status).toBe(401);
  });
});

describe("a host", () => {
  test.each(["localhost", "localhost:1", "127.0.0.1:8420", "[::1]:8420"])(
    "%s is the server's own",
    async (host) => {
      expect((await ask(server, "/api/v1/health", { headers: { host } })).status).toBe(200);
    },
  );

  test.each([
    "evil.example",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "10.0.0.1",
    "me@localhost",
    "localhost/x",
  ])("%s is none that it answers to, whatever is asked and whoever asks", async (host) => {
    for (const path of ["/api/v1/health", "/api/v1/vault", "/openapi.json", "/", "/nothing"]) {
      const answer = await ask(server, path, { headers: { ...bearer(server), host } });
      expect(answer.status).toBe(403);
      expect(answer.headers["content-type"]).toContain("application/problem+json");
    }
  });

  test("is answered to on both of this machine's addresses", async () => {
    expect((await ask(server, "/api/v1/health", { host: "127.0.0.1" })).status).toBe(200);
    const second = await ask(server, "/api/v1/health", { host: "::1" }).catch((error: unknown) => error);
    expect(second).toMatchObject({ status: 200 });
  });
});

test("other sites' pages get nothing from a browser, and use up no attempt", async () => {
  const own = await startTestServer();
  for (let attempt = 0; attempt < 15; attempt++) {
    const headers = {
      "content-type": "application/json",
      origin: "http://evil.example",
      "sec-fetch-site": "cross-site",
    };
    const answer = await ask(own, "/api/v1/session", { method: "POST", headers, body: '{"token":"x"}' });
    expect(answer.status).toBe(403);
  }
  await beginAt(own);
});

test("a token is guessed ten times a minute", async () => {
  const own = await startTestServer();
  const guess = connect({ origin: own.origin });
  for (let attempt = 0; attempt < 10; attempt++) {
    await expect(guess.session.begin(`guess ${attempt}`)).rejects.toMatchObject({
      name: "WireError",
      code: "denied",
    });
  }
  await expect(guess.session.begin(own.token)).rejects.toMatchObject({ name: "WireError", code: "too-many" });
  expect(own.said.join("")).not.toContain("guess");
});

test("no token and no cookie is in what the server says, but for the address", async () => {
  const own = await startTestServer();
  const { cookie, own: page } = await beginAt(own);
  await ask(own, `/api/v1/session?token=${own.token}`, { headers: { cookie, ...page } });
  await ask(own, `/api/v1/vault`, { headers: bearer(own) });
  const lines = own.said.filter((line) => !line.startsWith("Chirograph is at "));
  expect(lines.length).toBeGreaterThan(2);
  expect(lines.join("")).not.toContain(own.token);
  expect(lines.join("")).not.toContain(cookie.split("=")[1]);
});
