// What a vault that is open for long asks of its stores on other machines.
import type { AddressInfo, Server, Socket } from "node:net";
import { createServer } from "node:net";
import { createMemoryStore } from "@chirograph/stores/memory";
import { HEADER_NAME } from "@chirograph/vault";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Connections } from "../src/index.ts";
import { StoresAtHand } from "../src/stores.ts";

const ID = "0".repeat(32);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
});
afterEach(() => {
  vi.useRealTimers();
});

function later(seconds: number): void {
  vi.setSystemTime(Date.now() + seconds * 1000);
}

describe("a store that never answers", () => {
  let server: Server;
  const sockets = new Set<Socket>();

  beforeEach(async () => {
    server = createServer((socket) => {
      sockets.add(socket.on("error", () => undefined));
      socket.resume();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  test("is looked for after pauses that grow to a minute, and named all the while", async () => {
    const { port } = server.address() as AddressInfo;
    const connections = new Connections({ openingMs: 100 });
    // Not what the server accepts: under load, the time may be over before the line is there.
    const open = vi.spyOn(connections, "open");
    const location = `webdav:http://127.0.0.1:${port}/a`;
    const atHand = new StoresAtHand([{ id: ID, location, header: undefined }], {
      connections,
      mending: false,
      looking: true,
    });
    const away = [{ id: ID, problem: "cannot be used now: The store does not answer" }];
    let asked = 0;
    for (const pause of [2, 4, 8, 16, 32, 60, 60]) {
      expect(await atHand.refresh()).toEqual(away);
      asked++;
      expect(open).toHaveBeenCalledTimes(asked);
      later(pause - 1);
      expect(await atHand.refresh()).toEqual(away);
      expect(open).toHaveBeenCalledTimes(asked);
      later(1);
    }
    await connections.close();
  });
});

describe("a store whose last requests went well", () => {
  const header = Uint8Array.from([1, 2, 3]);

  async function headsAsked(location: string, pauseSeconds: number): Promise<number> {
    const store = createMemoryStore();
    await store.put(HEADER_NAME, { sizeBytes: header.length, bytes: [header] });
    const head = vi.spyOn(store, "head");
    const connections = new Connections();
    vi.spyOn(connections, "open").mockResolvedValue(store);
    const health = { state: "closed", since: 0, failures: 0 } as const;
    vi.spyOn(connections, "reading").mockResolvedValue({ meter: {} as never, health });
    const atHand = new StoresAtHand([{ id: ID, location, header }], {
      connections,
      mending: false,
      looking: true,
    });
    await atHand.refresh();
    later(pauseSeconds);
    expect(await atHand.refresh()).toEqual([]);
    expect(atHand.stores.has(ID)).toBe(true);
    return head.mock.calls.length;
  }

  test.each([
    ["a bucket is believed for a minute", "s3:bucket", 59, 1],
    ["a bucket is asked after a minute", "s3:bucket", 61, 2],
    ["a container is believed for a minute", "azblob:https://ward.blob.core.windows.net/fragments", 59, 1],
    ["a folder of a web server is asked each time", "webdav:https://dav.example/a", 2, 2],
    [
      "a folder of an SSH server is asked each time",
      `sftp://ward@host.example/a?host-key=SHA256:${"A".repeat(43)}`,
      2,
      2,
    ],
  ])("%s", async (_, location, pauseSeconds, heads) => {
    expect(await headsAsked(location, pauseSeconds)).toBe(heads);
  });
});
