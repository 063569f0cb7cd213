import type { IncomingMessage, ServerResponse } from "node:http";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { readAll } from "../src/read.ts";
import type { ObjectHead, Store } from "../src/store.ts";
import { openWebDavStore } from "../src/webdav/webdav-store.ts";
import { bodyOf, listAll, pattern, refusal } from "./bodies.ts";
import { entry, FakeWebDav, multistatus } from "./fake-webdav.ts";

let server: FakeWebDav;
let store: Store;
beforeEach(async () => {
  server = await FakeWebDav.start();
  store = await openWebDavStore({ url: server.url });
});
afterEach(() => server.stop());

const bytes = pattern(1000, 4);
const body = Buffer.from(bytes);
const drafts = (): string[] => [...server.files.keys()].filter((path) => /\.drafts\/./.test(path));
const unavailable = refusal("unavailable");

type Lie = (response: ServerResponse) => void;

const partial = (contentRange: string, sent: Uint8Array): Lie => {
  return (response) =>
    response.writeHead(206, { "content-range": contentRange, "content-length": sent.length }).end(sent);
};

const typed = (type: string, inside: string): string =>
  multistatus(inside).replace("<D:multistatus", `<!DOCTYPE D:multistatus ${type}><D:multistatus`);

/** What is listed of a subfolder "ab" that the server says holds these. */
const listed = async (...entries: string[]): Promise<ObjectHead[]> => {
  server.files.set("/store/ab/", Buffer.of());
  server.onPath("PROPFIND", "/store/ab/", (_request, response) =>
    response.writeHead(207).end(multistatus(entry("/store/ab/", 0), ...entries)),
  );
  return store.list({ prefix: "", limit: 1000 });
};

const objects = (): string[] => [...server.files.keys()].filter((path) => path.startsWith("/store/ab/ab"));

const move = async (request: IncomingMessage): Promise<void> => {
  const { files } = server;
  files.set(new URL(request.headers["destination"] as string).pathname, files.get(request.url!)!);
  files.delete(request.url!);
};

/** All that an error may show. */
const shown = async (opening: Promise<unknown>): Promise<string> =>
  opening.then(String, (error: unknown) => `${String(error)} ${JSON.stringify(error)}`);

test("an honest server keeps what it is given", async () => {
  await store.put("ab-1", bodyOf(bytes));
  expect(await readAll(store, "ab-1")).toEqual(bytes);
  expect(await readAll(store, "ab-1", { offset: 10, lengthBytes: 5 })).toEqual(bytes.subarray(10, 15));
  expect(await listAll(store)).toEqual([{ name: "ab-1", sizeBytes: 1000 }]);
  expect([...server.files.keys()]).toEqual(["/store/", "/store/.drafts/", "/store/ab/", "/store/ab/ab-1"]);
});

describe("a get is refused when the server", () => {
  const range = { offset: 10, lengthBytes: 20 };
  const some = body.subarray(10, 30);
  const lies: [string, Lie][] = [
    ["answers with a range further on", partial("bytes 11-30/1000", some)],
    ["answers with a longer range", partial("bytes 10-30/1000", body.subarray(10, 31))],
    ["answers with a shorter range of a longer object", partial("bytes 10-20/1000", body.subarray(10, 21))],
    ["names the range and sends less", partial("bytes 10-29/1000", body.subarray(10, 29))],
    ["names the range and sends more", partial("bytes 10-29/1000", body.subarray(10, 31))],
    ["names a range beyond the object", partial("bytes 10-29/20", some)],
    ["names no range", (response) => response.writeHead(206, { "content-length": 20 }).end(some)],
    ["does not say how long its answer is", (response) => void response.writeHead(200).write(body)],
    [
      "packs the body",
      (response) => response.writeHead(200, { "content-encoding": "gzip", "content-length": 1000 }).end(body),
    ],
    ["says nothing about how it went", (response) => response.writeHead(204).end()],
    ["is overworked", (response) => response.writeHead(503).end()],
    ["hangs up", (response) => response.destroy()],
    ["answers with no HTTP", (response) => response.socket!.end("SSH-2.0-OpenSSH_9.2\r\n")],
  ];
  test.each(lies)("%s", async (_, lie) => {
    server.on("GET", (_request, response) => lie(response));
    await expect(readAll(store, "ab-1", range)).rejects.toEqual(unavailable);
  });

  test("breaks off in the middle of an object", async () => {
    server.on("GET", (_request, response) => {
      response
        .writeHead(200, { "content-length": 1000 })
        .write(body.subarray(0, 500), () => response.destroy());
    });
    await expect(readAll(store, "ab-1")).rejects.toEqual(unavailable);
  });

  test("answers with part of an object for all of it", async () => {
    server.on("GET", (_request, response) => partial("bytes 0-999/2000", body)(response));
    await expect(readAll(store, "ab-1")).rejects.toEqual(unavailable);
  });

  test("sends another object, cut to the length of the one before", async () => {
    await store.put("ab-1", bodyOf(pattern(2000)));
    server.on("GET", (_request, response) => response.writeHead(200, { "content-length": 1000 }).end(body));
    await expect(readAll(store, "ab-1")).rejects.toEqual(unavailable);
  });

  test("sends it elsewhere; nobody goes there", async () => {
    const other = await FakeWebDav.start();
    onTestFinished(() => other.stop());
    server.on("GET", (_request, response) => response.writeHead(302, { location: other.url }).end());
    await expect(readAll(store, "ab-1")).rejects.toEqual(unavailable);
    expect(other.asked).toEqual([]);
  });
});

describe("a range is read from a server that", () => {
  test("sends the whole object instead", async () => {
    server.on("GET", (_request, response) => response.writeHead(200, { "content-length": 1000 }).end(body));
    expect(await readAll(store, "ab-1", { offset: 10, lengthBytes: 20 })).toEqual(bytes.subarray(10, 30));
    expect(await readAll(store, "ab-1", { offset: 999, lengthBytes: 1 })).toEqual(bytes.subarray(999));
    const beyond = readAll(store, "ab-1", { offset: 999, lengthBytes: 2 });
    await expect(beyond).rejects.toEqual(refusal("out-of-range"));
  });

  test("sends what there is of it, which is not enough", async () => {
    const headers = { "content-range": "bytes 990-999/1000", "content-length": 10 };
    server.on("GET", (_request, response) => response.writeHead(206, headers).end(body.subarray(990)));
    const beyond = readAll(store, "ab-1", { offset: 990, lengthBytes: 11 });
    await expect(beyond).rejects.toEqual(refusal("out-of-range"));
  });
});

describe("a list is refused that", () => {
  const declared = '<?xml version="1.0"?>';
  const texts: [string, string][] = [
    ["is empty", ""],
    ["is a page for people", "<!DOCTYPE html><html><body>Index of /store</body></html>"],
    ["is well-formed and something else", `${declared}<D:prop xmlns:D="DAV:"/>`],
    ["is in another namespace", `${declared}<multistatus/>`],
    ["ends in the middle", multistatus(entry("/store/ab/", 0)).slice(0, -30)],
    ["is not well-formed", multistatus("<D:response>")],
    ["is not in UTF-8", multistatus(entry("/store/ab/", 0)).replace("utf-8", "iso-8859-1")],
    ["has entities of its own", typed('[<!ENTITY a "/store/ab/">]', entry("/store/ab/", 0))],
    ["asks for a file", typed('SYSTEM "file:///etc/passwd"', entry("/store/ab/", 0))],
    ["has an entity that nobody knows", multistatus("<D:response>&a;</D:response>")],
    ["is nested without an end", multistatus("<D:response>".repeat(40))],
    ["has a name without an end", multistatus(entry("a".repeat(10_000), 1))],
    ["has an entry without an address", multistatus("<D:response></D:response>")],
  ];
  test.each(texts)("%s", async (_, text) => {
    server.on("PROPFIND", (_request, response) => response.writeHead(207).end(text));
    await expect(store.list({ prefix: "", limit: 1 })).rejects.toEqual(unavailable);
  });

  test("has bytes that are no UTF-8", async () => {
    const text = Buffer.from(multistatus(entry("/store/ab/", 0)));
    text[text.indexOf("ab")] = 0xff;
    server.on("PROPFIND", (_request, response) => response.writeHead(207).end(text));
    await expect(store.list({ prefix: "", limit: 1 })).rejects.toEqual(unavailable);
  });

  test("has no end; it is left soon after 64 MiB", async () => {
    let sent = 0;
    server.on("PROPFIND", (_request, response) => {
      const more = Buffer.from(entry("/elsewhere/ab/", 0).repeat(5000));
      const send = (): void => {
        if (response.destroyed) return;
        sent += more.length;
        response.write(more, send);
      };
      response.writeHead(207).write(multistatus().replace("</D:multistatus>", ""), send);
    });
    await expect(store.list({ prefix: "", limit: 1 })).rejects.toEqual(unavailable);
    expect(sent).toBeLessThan(80 * 1_048_576);
  });

  test("does not say how long an object is", async () => {
    server.files.set("/store/ab/", Buffer.of());
    server.onPath("PROPFIND", "/store/ab/", (_request, response) =>
      response.writeHead(207).end(multistatus(entry("/store/ab/ab-1", "-5"))),
    );
    await expect(store.list({ prefix: "", limit: 1 })).rejects.toEqual(unavailable);
  });
});

describe("in a list", () => {
  test("what is elsewhere, or no object, is skipped", async () => {
    const elsewhere = [
      "/ab-1",
      "/other/ab/ab-1",
      "/store/ab-1",
      "/store/ac/ab-1",
      "/store/ab/../../ab-1",
      "/store/ab/ab-1/ab-2",
    ];
    const strange = [
      "/store/ab/ab-1/",
      "/store/ab/AB",
      "/store/ab/ac-1",
      "/store/ab/%61%2Fb",
      "/store/ab/%zz",
    ];
    const others = ["http://[", "javascript:ab-1", "//evil/store/ab/../ab-1", ""];
    const found = await listed(...[...elsewhere, ...strange, ...others].map((href) => entry(href, 1)));
    expect(found).toEqual([]);
  });

  test("an object is shown once, however its address is written", async () => {
    const hrefs = ["/store/ab/ab-1", "http://inside.example/store/ab/ab-1", "ab-1", "/store/%61b/ab%2d1"];
    expect(await listed(...hrefs.map((href) => entry(href, 7)))).toEqual([{ name: "ab-1", sizeBytes: 7 }]);
  });

  test("the order is not the server's", async () => {
    const found = await listed(...["ab-3", "ab-1", "ab-2"].map((name) => entry(`/store/ab/${name}`, 1)));
    expect(found.map(({ name }) => name)).toEqual(["ab-1", "ab-2", "ab-3"]);
  });

  test("what the server calls absent is absent", async () => {
    const gone =
      "<D:response><D:href>/store/ab/ab-1</D:href><D:status>HTTP/1.1 404 Not Found</D:status></D:response>";
    expect(await listed(gone)).toEqual([]);
  });
});

describe("a put", () => {
  test("whose answer is lost behind the move has happened", async () => {
    server.on("MOVE", (request, response) => void move(request).then(() => response.destroy()));
    await store.put("ab-1", bodyOf(bytes));
    expect(await readAll(store, "ab-1")).toEqual(bytes);
    expect(drafts()).toEqual([]);
  });

  test("that a server says failed, and that has happened, has happened", async () => {
    server.on("MOVE", (request, response) => void move(request).then(() => response.writeHead(500).end()));
    await store.put("ab-1", bodyOf(bytes));
    expect(await readAll(store, "ab-1")).toEqual(bytes);
  });

  test.each([403, 409, 423, 500, 502, 503])(
    "whose move is answered with %i leaves nothing",
    async (status) => {
      server.on("MOVE", (_request, response) => response.writeHead(status).end());
      const code = status === 403 ? "denied" : "unavailable";
      await expect(store.put("ab-1", bodyOf(bytes))).rejects.toEqual(refusal(code));
      expect([...objects(), ...drafts()]).toEqual([]);
    },
  );

  test("whose draft and object are both gone has not happened", async () => {
    server.on("MOVE", (request, response) => {
      server.files.delete(request.url!);
      response.writeHead(500).end();
    });
    await expect(store.put("ab-1", bodyOf(bytes))).rejects.toEqual(unavailable);
  });

  test("into a subfolder that was tidied away makes it again", async () => {
    await store.put("ab-1", bodyOf(bytes));
    await store.delete("ab-1");
    server.files.delete("/store/ab/");
    server.on("MOVE", (request, response) => {
      if (server.files.has("/store/ab/")) void server.honestly(request, response);
      else response.writeHead(500).end();
    });
    await store.put("ab-2", bodyOf(bytes));
    expect(await readAll(store, "ab-2")).toEqual(bytes);
  });

  test.each([
    [401, "denied"],
    [403, "denied"],
    [413, "full"],
    [507, "full"],
    [500, "unavailable"],
  ] as const)("that is answered with %i before it is sent ends there", async (status, code) => {
    let given = 0;
    async function* pieces(): AsyncGenerator<Uint8Array> {
      for (; given < 1000; given++) yield pattern(65_536);
    }
    server.on("PUT", (_request, response) => response.writeHead(status).end());
    const put = store.put("ab-1", { sizeBytes: 65_536_000, bytes: pieces() });
    await expect(put).rejects.toEqual(refusal(code));
    expect(given).toBeLessThan(1000);
  });

  test("of which a server is content with a part leaves nothing", async () => {
    server.on("PUT", (request, response) => {
      request.once("data", (part: Buffer) => {
        server.files.set(request.url!, part);
        response.writeHead(201).end();
      });
    });
    await expect(store.put("ab-1", bodyOf(pattern(8_000_000)))).rejects.toEqual(unavailable);
    expect([...objects(), ...drafts()]).toEqual([]);
  });

  test("does not give a server the whole of a body that is wrong", async () => {
    const longer = { sizeBytes: 999, bytes: [bytes] };
    await expect(store.put("ab-1", longer)).rejects.toEqual(refusal("wrong-length"));
    const muchLonger = { sizeBytes: 999, bytes: [bytes.subarray(0, 999), bytes] };
    await expect(store.put("ab-1", muchLonger)).rejects.toEqual(refusal("wrong-length"));
    const empty = { sizeBytes: 0, bytes: [Uint8Array.of(1)] };
    await expect(store.put("ab-1", empty)).rejects.toEqual(refusal("wrong-length"));
    expect(server.received).toEqual([]);
    expect(drafts()).toEqual([]);
    await store.put("ab-1", bodyOf(bytes));
    expect(server.received).toHaveLength(1);
  });

  test("leaves a draft where it cannot be removed, and the next one removes it", async () => {
    server.on("MOVE", (_request, response) => response.writeHead(500).end());
    server.on("DELETE", (_request, response) => response.writeHead(500).end());
    await expect(store.put("ab-1", bodyOf(bytes))).rejects.toEqual(unavailable);
    expect(drafts()).toHaveLength(1);
    for (const method of ["MOVE", "DELETE"]) server.on(method, (...both) => void server.honestly(...both));
    await store.put("ab-1", bodyOf(bytes));
    expect(drafts()).toEqual([]);
  });
});

describe("a server that hangs is left when the caller cancels:", () => {
  const reason = new Error("enough");
  const hanging: [string, string, (signal: AbortSignal) => Promise<unknown>][] = [
    ["a put at its upload", "PUT", (signal) => store.put("ab-1", bodyOf(bytes), { signal })],
    ["a put at its move", "MOVE", (signal) => store.put("ab-1", bodyOf(bytes), { signal })],
    ["a put at its folder", "MKCOL", (signal) => store.put("ab-1", bodyOf(bytes), { signal })],
    ["a get", "GET", (signal) => readAll(store, "ab-1", undefined, { signal })],
    ["a head", "PROPFIND", (signal) => store.head("ab-1", { signal })],
    ["a list", "PROPFIND", (signal) => store.list({ prefix: "", limit: 1 }, { signal })],
    ["a delete", "DELETE", (signal) => store.delete("ab-1", { signal })],
  ];
  test.each(hanging)("%s", async (_, method, call) => {
    const { promise: hangs, resolve } = Promise.withResolvers<void>();
    server.on(method, (request) => {
      request.resume();
      resolve();
    });
    const controller = new AbortController();
    const outcome = call(controller.signal).catch((error: unknown) => error);
    await hangs;
    const began = performance.now();
    controller.abort(reason);
    expect(await outcome).toBe(reason);
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  test("a get in the middle of the object", async () => {
    server.on("GET", (_request, response) => {
      response.writeHead(200, { "content-length": 1000 }).write(body.subarray(0, 500));
    });
    const controller = new AbortController();
    const reading = (async () => {
      for await (const piece of store.get("ab-1", undefined, { signal: controller.signal })) {
        expect(piece).toHaveLength(500);
        setTimeout(() => controller.abort(reason), 20);
      }
    })();
    await expect(reading).rejects.toBe(reason);
  });
});

describe("an address", () => {
  const secret = "hunter2-hunter2";

  test.each([
    ["with a password", `https://user:${secret}@127.0.0.1/`],
    ["with a query", `https://127.0.0.1/?key=${secret}`],
    ["of a file", `file:///${secret}`],
    ["that is none", `127.0.0.1/${secret}`],
  ])("%s is refused, and not shown", async (_, url) => {
    await expect(openWebDavStore({ url })).rejects.toEqual(refusal("invalid"));
    expect(await shown(openWebDavStore({ url }))).not.toContain(secret);
  });

  test("that is not encrypted gets a password on the loopback interface only", async () => {
    const credentials = { username: "user", password: secret };
    for (const url of ["http://192.0.2.1/", "http://127.0.0.1.example/", "http://localhost.example/"]) {
      await expect(openWebDavStore({ url }, credentials)).rejects.toEqual(refusal("invalid"));
      expect(await shown(openWebDavStore({ url }, credentials))).not.toContain(secret);
    }
    await openWebDavStore({ url: server.url }, credentials);
    const basic = `Basic ${Buffer.from(`user:${secret}`).toString("base64")}`;
    expect(server.headers.at(-1)?.authorization).toBe(basic);
  });

  test("gets a token, unless that is none", async () => {
    await openWebDavStore({ url: server.url }, { token: "abc.DEF-1~2+3/==" });
    expect(server.headers.at(-1)?.authorization).toBe("Bearer abc.DEF-1~2+3/==");
    for (const token of ["", "a b", "a\r\nhost: b", "ä", "=a"]) {
      await expect(openWebDavStore({ url: server.url }, { token })).rejects.toEqual(refusal("invalid"));
    }
  });

  test("of no folder is refused, and a folder that vanishes is missed everywhere", async () => {
    await expect(openWebDavStore({ url: `${server.url}nothing` })).rejects.toEqual(unavailable);
    server.files.clear();
    await expect(store.head("ab-1")).rejects.toEqual(unavailable);
    await expect(readAll(store, "ab-1")).rejects.toEqual(unavailable);
    await expect(store.list({ prefix: "", limit: 1 })).rejects.toEqual(unavailable);
    await expect(store.delete("ab-1")).rejects.toEqual(unavailable);
  });
});

test("a connection that the server closed while it was idle is no fault", async () => {
  await store.put("ab-1", bodyOf(bytes));
  let closed = 0;
  server.on("GET", (_request, response) => {
    const { socket } = response;
    response.writeHead(200, { "content-length": 1000 }).end(body);
    // Without a word of it, as soon as something else is asked for.
    socket!.once("data", () => {
      closed++;
      socket!.destroy();
    });
  });
  expect(await readAll(store, "ab-1")).toEqual(bytes);
  expect(await store.head("ab-1")).toEqual({ name: "ab-1", sizeBytes: 1000 });
  expect(closed).toBe(1);
});
