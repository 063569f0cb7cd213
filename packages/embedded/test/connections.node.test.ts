// Stores on other machines are opened in time or not at all, once, and nothing of them stays.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
    await expect.poll(() => sockets.size, { timeout: 5000 }).toBe(0);
  }

  test.each(["s3", "azblob", "webdav", "sftp"] as const)(
    "is left in time, with no socket: %s",
    async (kind) => {
      const connections = new Connections({ openingMs: SHORT_MS });
      await expect(connections.open(locate(kind))).rejects.toMatchObject({
        code: "unavailable",
        message: "The store does not answer.",
      });
      expect(accepted).toBeGreaterThan(0);
      await requireNoSocket();
      await connections.close();
    },
  );

  test.each(["s3", "azblob", "webdav", "sftp"] as const)("is left when all is closed: %s", async (kind) => {
    const connections = new Connections();
    const opening = connections.open(locate(kind));
    const outcome = opening.catch((error: unknown) => error);
    await expect.poll(() => accepted, { timeout: 5000 }).toBeGreaterThan(0);
    await connections.close();
    expect(await outcome).toMatchObject({ code: "unavailable" });
    await requireNoSocket();
  });

  test("is opened once for all who ask meanwhile, and anew for who asks later", async () => {
    const connections = new Connections({ openingMs: SHORT_MS });
    const location = locate("webdav");
    const all = await Promise.allSettled([1, 2, 3].map(() => connections.open(location)));
    expect(all.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
    expect(accepted).toBe(1);
    await expect(connections.open(location)).rejects.toMatchObject({ code: "unavailable" });
    expect(accepted).toBe(2);
    await connections.close();
  });
});
