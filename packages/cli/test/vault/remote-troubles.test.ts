// Stores on other machines that are no good leave the rest of the vault in use.
import { readFileSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { VaultBench } from "./vault-bench.ts";

const bench = new VaultBench();
const sockets = new Set<Socket>();
let silent: Server;

beforeAll(async () => {
  await bench.found();
  silent = createServer((socket) => {
    sockets.add(socket.on("error", () => undefined));
    socket.resume();
  });
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
});

afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => silent.close(resolve));
});

/** Writes other locations of the first stores into vault.json. */
function relocate(...locations: readonly string[]): void {
  const path = join(bench.path("vault"), "vault.json");
  const config = JSON.parse(readFileSync(path, "utf8")) as { stores: { location: string }[] };
  for (const [index, location] of locations.entries()) config.stores[index]!.location = location;
  writeFileSync(path, JSON.stringify(config));
}

test("one that never answers and one without credentials are named, and the command ends", async () => {
  const { port } = silent.address() as AddressInfo;
  const mute = `webdav:http://127.0.0.1:${port}/fragments`;
  const keyless = "azblob:https://ward.blob.core.windows.net/fragments";
  relocate(mute, keyless);
  const { code, stdout, stderr } = await bench.run("status");
  expect(code).toBe(0);
  expect(stdout).toContain("2 cannot be reached.");
  expect(stdout + stderr).toContain(`${mute} cannot be used now: The store does not answer`);
  expect(stdout + stderr).toContain(`${keyless} cannot be used now: There are no credentials`);
});
