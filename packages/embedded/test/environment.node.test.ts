// What the environment holds goes to those it was meant for.
import { createServer, type IncomingMessage, type Server } from "node:http";
import { type AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { openAzure } from "../src/places/open/azblob.ts";
import { Connections } from "../src/index.ts";
import { placeOf } from "../src/places/location.ts";

let server: Server;
let asked: IncomingMessage[] = [];

beforeEach(async () => {
  asked = [];
  server = createServer((request, answer) => {
    asked.push(request);
    answer.writeHead(403).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  vi.stubEnv("CHIROGRAPH_CREDENTIALS", undefined);
  vi.stubEnv("XDG_CONFIG_HOME", "/nowhere");
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  vi.unstubAllEnvs();
});

function here(kind: string, path: string): string {
  return `${kind}:http://127.0.0.1:${(server.address() as AddressInfo).port}/${path}`;
}

async function openAll(location: string): Promise<unknown> {
  const connections = new Connections();
  const error = await connections.open(location).catch((thrown: unknown) => thrown);
  await connections.close();
  return error;
}

const missing = { name: "EmbeddedError", code: "missing" };

describe("the variables of Azure", () => {
  beforeEach(() => {
    vi.stubEnv("AZURE_STORAGE_ACCOUNT", "ward");
    vi.stubEnv("AZURE_STORAGE_KEY", undefined);
    vi.stubEnv("AZURE_STORAGE_SAS_TOKEN", "sv=2021&sig=hunter2");
  });

  test("count for the account that they name", async () => {
    expect(await openAll(here("azblob", "ward/box"))).toMatchObject({ code: "denied" });
    expect(asked[0]!.url).toContain("sig=hunter2");
  });

  test("do not count for another account, nor when they name none", async () => {
    expect(await openAll(here("azblob", "other/box"))).toMatchObject(missing);
    vi.stubEnv("AZURE_STORAGE_ACCOUNT", undefined);
    expect(await openAll(here("azblob", "ward/box"))).toMatchObject(missing);
    expect(asked).toEqual([]);
  });

  test.each([
    "https://ward.blob.example",
    "https://ward.blob.core.windows.net.example",
    "https://ward.blob.core.windows.net:444",
  ])("do not count at %s", async (host) => {
    const location = `azblob:${host}/box`;
    const place = placeOf(location);
    if (place.kind !== "azblob") throw new Error("a container is meant");
    await expect(openAzure(location, place, { signal: AbortSignal.abort() })).rejects.toMatchObject(missing);
  });
});

test("Amazon's own chain is not asked for a bucket of somebody else", async () => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIA");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
  vi.stubEnv("AWS_SESSION_TOKEN", "hunter2");
  expect(await openAll(here("s3", "bucket"))).toMatchObject(missing);
  expect(asked).toEqual([]);
});
