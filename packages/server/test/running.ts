// What the tests of the server share: a server that really listens, and ways to ask it that a client would not take.
import { mkdtemp, rm } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type EmbeddedVault, openEmbedded } from "@chirograph/embedded";
import { createEngine } from "@chirograph/engine";
import type { Id } from "@chirograph/vault";
import { type Connection, connect } from "@chirograph/wire";
import { onTestFinished } from "vitest";
import { homeIn } from "../src/home/layout.ts";
import { openLog } from "../src/log.ts";
import { type RunningServer, start } from "../src/start.ts";

export interface TestServer extends RunningServer {
  readonly home: string;
  readonly port: number;
  readonly connection: Connection;
  /** Everything that it has said. */
  readonly said: string[];
}

export interface TestServerOptions {
  readonly home?: string;
  /** A folder that is served as the application. */
  readonly application?: string;
}

/** Starts a server, in a data folder of its own if none is named, until the test or the suite that asks is over. */
export async function startTestServer(
  options: TestServerOptions = {},
  cleanUp: (work: () => Promise<void>) => void = onTestFinished,
): Promise<TestServer> {
  const home = options.home ?? (await testFolder(cleanUp));
  const said: string[] = [];
  const log = openLog({ verbose: true, write: (line) => said.push(line) });
  const application = async (): Promise<string | undefined> => options.application;
  const server = await start({ home, port: 0, open: false, application, log });
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= server.close());
  cleanUp(close);
  const { origin, token } = server;
  const connection = connect({ origin, token });
  return { ...server, close, home, port: Number(new URL(origin).port), connection, said };
}

export async function testFolder(
  cleanUp: (work: () => Promise<void>) => void = onTestFinished,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "chirograph-server-"));
  cleanUp(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** The vault behind a server, to prepare and to see what a client may not. */
export function openVaultOf({ home }: Pick<TestServer, "home">): Promise<EmbeddedVault> {
  return openEmbedded(createEngine(), homeIn(home).vault, "look");
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly json: () => Record<string, unknown>;
}

/** Asks as any program may, whatever it says of itself. */
export function ask(
  { port }: Pick<TestServer, "port">,
  path: string,
  options: {
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string | Uint8Array;
    readonly host?: string;
    /** Cuts the line then, in the middle of the body. */
    readonly endsAfterMs?: number;
  } = {},
): Promise<RawAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>();
  const { method = "GET", headers = {}, body, host = "127.0.0.1" } = options;
  const asked = httpRequest({ host, port, path, method, headers, agent: false }, (response) => {
    const pieces: Buffer[] = [];
    response.on("data", (piece: Buffer) => pieces.push(piece));
    response.on("error", reject);
    response.on("end", () => {
      const text = Buffer.concat(pieces).toString("utf8");
      const json = (): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>;
      resolve({ status: response.statusCode!, headers: response.headers, text, json });
    });
  });
  asked.on("error", reject);
  const { endsAfterMs } = options;
  if (endsAfterMs === undefined) {
    asked.end(body);
  } else {
    asked.write(body);
    setTimeout(() => asked.destroy(new Error("cut")), endsAfterMs);
  }
  return promise;
}

export function bearer({ token }: Pick<TestServer, "token">): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}

/** Names for objects of one store, reserved as a put would. */
export async function reserveOn(
  { connection }: Pick<TestServer, "connection">,
  count: number,
): Promise<{ store: Id; objects: Id[] }> {
  const { targets } = await connection.catalogue.reserve({ fragments: 8, versions: count, layout: "alone" });
  const store = targets[0]![0]!.store;
  return { store, objects: targets.map((row) => row.find((target) => target.store === store)!.object) };
}

export function bytesOf(lengthBytes: number, seed = 0): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(lengthBytes);
  for (let index = 0; index < lengthBytes; index++) bytes[index] = index * 31 + (index >> 8) * 7 + seed;
  return bytes;
}
