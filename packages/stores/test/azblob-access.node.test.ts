import { randomUUID } from "node:crypto";
import {
  ContainerSASPermissions,
  generateBlobSASQueryParameters,
  SASProtocol,
  StorageSharedKeyCredential,
} from "@azure/storage-blob";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type AzuriteServer, startAzurite } from "../../../test-support/servers/azurite.ts";
import { missing } from "../../../test-support/servers/installed.ts";
import {
  type AzureCredentials,
  type AzurePlace,
  createAzureStore,
  openAzureStore,
} from "../src/azblob/azure-store.ts";
import { readAll } from "../src/read.ts";
import { bodyOf, listAll, pattern, refusal } from "./bodies.ts";

let server: AzuriteServer;
beforeAll(async () => {
  if (missing.azurite !== undefined) return;
  server = await startAzurite();
});
afterAll(() => server?.stop());

const newPlace = (): AzurePlace => ({ endpoint: server.address, container: `test-${randomUUID()}` });

/** A shared access signature for one container. */
function sign(container: string, permissions: string, lastsMs = 600_000): string {
  const { accountName, accountKey } = server.credentials;
  const parameters = {
    containerName: container,
    permissions: ContainerSASPermissions.parse(permissions),
    protocol: SASProtocol.HttpsAndHttp,
    startsOn: new Date(Date.now() - 3_600_000),
    expiresOn: new Date(Date.now() + lastsMs),
  };
  return generateBlobSASQueryParameters(
    parameters,
    new StorageSharedKeyCredential(accountName, accountKey),
  ).toString();
}

describe.skipIf(missing.azurite)("whoever has", () => {
  const ways: [string, (place: AzurePlace) => AzureCredentials][] = [
    ["the account's key", () => server.credentials],
    ["a signature", ({ container }) => ({ sasToken: sign(container, "rcwdl") })],
    ["a signature with its question mark", ({ container }) => ({ sasToken: `?${sign(container, "rcwdl")}` })],
    [
      "a connection string with the key",
      () => {
        const { accountName, accountKey } = server.credentials;
        return {
          connectionString: `DefaultEndpointsProtocol=http;AccountName=${accountName};AccountKey=${accountKey};BlobEndpoint=${server.address};`,
        };
      },
    ],
    [
      "a connection string with a signature",
      ({ container, endpoint }) => ({
        connectionString: `BlobEndpoint=${endpoint}/;SharedAccessSignature=${sign(container, "rcwdl")}`,
      }),
    ],
  ];
  test.each(ways)("%s puts, reads, lists and deletes", async (_, credentialsFor) => {
    const place = newPlace();
    await createAzureStore(place, server.credentials);
    const store = await openAzureStore(place, credentialsFor(place), { blockBytes: 1000 });
    await store.put("abc", bodyOf(pattern(100)));
    await store.put("abd", bodyOf(pattern(10_000)));
    await expect(store.put("abd", bodyOf(pattern(10_000)))).rejects.toEqual(refusal("exists"));
    expect(await readAll(store, "abd", { offset: 999, lengthBytes: 2 })).toEqual(
      pattern(10_000).slice(999, 1001),
    );
    expect(await listAll(store)).toEqual([
      { name: "abc", sizeBytes: 100 },
      { name: "abd", sizeBytes: 10_000 },
    ]);
    await store.delete("abd");
    expect(await store.head("abd")).toBeNull();
  });

  test("another key is denied", async () => {
    const place = newPlace();
    await createAzureStore(place, server.credentials);
    const accountKey = Buffer.alloc(64, 7).toString("base64");
    const opening = openAzureStore(place, { ...server.credentials, accountKey });
    await expect(opening).rejects.toEqual(refusal("denied"));
  });

  test("a signature that has expired is denied", async () => {
    const place = newPlace();
    await createAzureStore(place, server.credentials);
    const opening = openAzureStore(place, { sasToken: sign(place.container, "rcwdl", -60_000) });
    await expect(opening).rejects.toEqual(refusal("denied"));
  });

  test("a signature for reading may read, and is denied the rest", async () => {
    const place = newPlace();
    const whole = await createAzureStore(place, server.credentials);
    await whole.put("abc", bodyOf(pattern(100)));
    const store = await openAzureStore(place, { sasToken: sign(place.container, "rl") });
    expect(await readAll(store, "abc")).toEqual(pattern(100));
    await expect(store.put("abd", bodyOf(pattern(100)))).rejects.toEqual(refusal("denied"));
    await expect(store.delete("abc")).rejects.toEqual(refusal("denied"));
    expect(await listAll(whole)).toEqual([{ name: "abc", sizeBytes: 100 }]);
  });
});

describe.skipIf(missing.azurite)("a container", () => {
  test("that is not there is unavailable, and is not made", async () => {
    const place = newPlace();
    const unavailable = refusal("unavailable");
    await expect(openAzureStore(place, server.credentials)).rejects.toEqual(unavailable);
    await expect(openAzureStore(place, server.credentials)).rejects.toEqual(unavailable);
  });

  test("that is there already keeps what it holds", async () => {
    const place = newPlace();
    await (await createAzureStore(place, server.credentials)).put("abc", bodyOf(pattern(5)));
    expect(await listAll(await createAzureStore(place, server.credentials))).toHaveLength(1);
  });

  test("holds several stores, each under a prefix, and none sees another's", async () => {
    const place = newPlace();
    const prefixes = [undefined, "a", "a/b", "a-b", "hospital/ward_7/"];
    const stores = await Promise.all(
      prefixes.map((prefix) =>
        createAzureStore({ ...place, ...(prefix !== undefined && { prefix }) }, server.credentials),
      ),
    );
    for (const [index, store] of stores.entries()) await store.put("b", bodyOf(pattern(10 + index)));
    for (const [index, store] of stores.entries()) {
      expect(await listAll(store)).toEqual([{ name: "b", sizeBytes: 10 + index }]);
      expect(await store.list({ prefix: "", after: "a", limit: 5 })).toHaveLength(1);
      expect(await store.list({ prefix: "b", after: "b", limit: 5 })).toEqual([]);
    }
    await stores[1]!.delete("b");
    expect(await stores[2]!.head("b")).not.toBeNull();
  });
});

describe.skipIf(missing.azurite)("a server", () => {
  test("that is killed is unavailable, and is used again when it is back", async () => {
    const own = await startAzurite();
    try {
      const place = { endpoint: own.address, container: "fragments" };
      const store = await createAzureStore(place, own.credentials, { blockBytes: 100_000 });
      await store.put("kept", bodyOf(pattern(250_000)));
      await own.end();
      await own.startAgain();
      expect(await readAll(store, "kept")).toEqual(pattern(250_000));

      async function* killing(): AsyncGenerator<Uint8Array> {
        yield pattern(200_000);
        await own.kill();
        yield pattern(200_000);
      }
      const unavailable = refusal("unavailable");
      await expect(store.put("lost", { sizeBytes: 400_000, bytes: killing() })).rejects.toEqual(unavailable);
      await expect(readAll(store, "kept")).rejects.toEqual(unavailable);
      await expect(store.head("kept")).rejects.toEqual(unavailable);
      await expect(listAll(store)).rejects.toEqual(unavailable);
      await expect(store.delete("kept")).rejects.toEqual(unavailable);

      await own.startAgain();
      expect(await listAll(store)).toEqual([{ name: "kept", sizeBytes: 250_000 }]);
      await store.put("lost", bodyOf(pattern(400_000)));
      expect(await readAll(store, "lost")).toEqual(pattern(400_000));
    } finally {
      await own.stop();
    }
  });
});
