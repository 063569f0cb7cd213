// Stores on other machines are opened in time or not at all, once, and nothing of them stays.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StoreError } from "@chirograph/stores";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Connections } from "../src/index.ts";

const HOST_KEY = `SHA256:${"A".repeat(43)}`;
const SHORT_MS = 300;

describe("a server that accepts and never answers", () => {
  let server: Server;
  let folder: string;
  const sockets = new Set<Socket>();
  let accepted = 0;

  beforeEach(async () => {
    accepted = 0;
    folder = mkdtempSync(join(tmpdir(), "connections-"));
    server = createServer((socket) => {
      accepted++;
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket)).on("error", () => undefined);
      socket.resume();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true });
    vi.unstubAllEnvs();
  });

  const locationOf = {
    s3: (port: number) => `s3:http://127.0.0.1:${port}/bucket`,
    azblob: (port: number) => `azblob:http://127.0.0.1:${port}/account/box`,
    webdav: (port: number) => `webdav:http://127.0.0.1:${port}/a`,
    sftp: (port: number) => `sftp://ward@127.0.0.1:${port}/a?host-key=${HOST_KEY}`,
  };
  const credentials = {
    s3: { accessKeyId: "a", secretAccessKey: "b" },
    azblob: { accountKey: Buffer.alloc(32).toString("base64") },
    webdav: { token: "a" },
    sftp: { password: "a" },
  };

  function locate(kind: keyof typeof locationOf): string {
    const location = locationOf[kind]((server.address() as AddressInfo).port);
    const path = join(folder, "credentials.json");
    writeFileSync(path, JSON.stringify({ [location]: credentials[kind] }));
    chmodSync(path, 0o600);
    vi.stubEnv("CHIROGRAPH_CREDENTIALS", path);
    return location;
  }

  async function requireNoSocket(): Promise<void> {
    await expect.poll(() => sockets.size, { timeout: 30_000 }).toBe(0);
  }

  test.each(["s3", "azblob", "webdav", "sftp"] as const)(
    "is left in time, with no socket: %s",
    async (kind) => {
      // A machine under load may be too late even to connect; then once more, with more time.
      for (const openingMs of [SHORT_MS, 10 * SHORT_MS, 100 * SHORT_MS]) {
        if (accepted > 0) break;
        const connections = new Connections({ openingMs });
        await expect(connections.open(locate(kind))).rejects.toMatchObject({
          code: "unavailable",
          message: "The store does not answer.",
        });
        await requireNoSocket();
        await connections.close();
      }
      expect(accepted).toBeGreaterThan(0);
      await requireNoSocket();
    },
  );

  test.each(["s3", "azblob", "webdav", "sftp"] as const)("is left when all is closed: %s", async (kind) => {
    const connections = new Connections();
    const opening = connections.open(locate(kind));
    const outcome = opening.catch((error: unknown) => error);
    await expect.poll(() => accepted, { timeout: 30_000 }).toBeGreaterThan(0);
    await connections.close();
    expect(await outcome).toMatchObject({ code: "unavailable" });
    await requireNoSocket();
  });

  test("is opened once for all who ask meanwhile, and anew for who asks later", async () => {
    const connections = new Connections({ openingMs: 10 * SHORT_MS });
    const location = locate("webdav");
    const ask = (): Promise<unknown> => connections.open(location).catch(({ code }: StoreError) => code);
    const all = Promise.all([ask(), ask(), ask()]);
    await expect.poll(() => accepted, { timeout: 30_000 }).toBe(1);
    expect(await all).toEqual(["unavailable", "unavailable", "unavailable"]);
    expect(accepted).toBe(1);
    const later = ask();
    await expect.poll(() => accepted, { timeout: 30_000 }).toBe(2);
    await connections.close();
    expect(await later).toBe("unavailable");
  });
});
