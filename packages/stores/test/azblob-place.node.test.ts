import { describe, expect, test } from "vitest";
import { type AzureCredentials, openAzureStore } from "../src/azblob/azure-store.ts";
import { refusal } from "./bodies.ts";

describe("what is refused before anything is asked:", () => {
  const right = { endpoint: "https://account.blob.core.windows.net", container: "fragments" };
  const key = { accountName: "account", accountKey: Buffer.alloc(64, 7).toString("base64") };
  const connectionString = `AccountName=account;AccountKey=${key.accountKey}`;

  test.each([
    ["no address", { ...right, endpoint: "account" }],
    [
      "a password in the address",
      { ...right, endpoint: "https://user:secret@account.blob.core.windows.net" },
    ],
    [
      "a signature in the address",
      { ...right, endpoint: "https://account.blob.core.windows.net/?sig=secret" },
    ],
    ["another protocol", { ...right, endpoint: "ftp://account.blob.core.windows.net" }],
    ["a short container", { ...right, container: "ab" }],
    ["a long container", { ...right, container: "a".repeat(64) }],
    ["a container with a path", { ...right, container: "abc/def" }],
    ["a container in capitals", { ...right, container: "Fragments" }],
    ["a container with two hyphens", { ...right, container: "a--b" }],
    ["a prefix with a slash before it", { ...right, prefix: "/a" }],
    ["a prefix with an empty part", { ...right, prefix: "a//b" }],
    ["a prefix with a part that ends in a dot", { ...right, prefix: "a./b" }],
    ["a long prefix", { ...right, prefix: "a".repeat(513) }],
    ["a prefix that leads up", { ...right, prefix: "../a" }],
  ])("%s", async (_, place) => {
    const failure = await openAzureStore(place, key).catch((error: unknown) => error);
    expect(failure).toEqual(refusal("invalid"));
    expect((failure as Error).message).not.toContain("secret");
  });

  test.each<[string, AzureCredentials]>([
    ["a key that is no Base64", { ...key, accountKey: "secret!" }],
    ["an empty key", { ...key, accountKey: "" }],
    ["an account with a dot", { ...key, accountName: "secret.example.org" }],
    ["a token without a signature", { sasToken: "sv=2024-01-01&secret=1" }],
    ["a token with spaces", { sasToken: "sv=2024-01-01&sig=secret secret" }],
    ["a connection string without a key", { connectionString: "AccountName=secret" }],
    ["an empty connection string", { connectionString: "" }],
    [
      "a connection string of another endpoint",
      { connectionString: `${connectionString};BlobEndpoint=https://secret.blob.core.windows.net` },
    ],
  ])("%s", async (_, credentials) => {
    const failure = await openAzureStore(right, credentials).catch((error: unknown) => error);
    expect(failure).toEqual(refusal("invalid"));
    expect((failure as Error).message).not.toContain("secret");
  });

  test.each([
    "http://account.blob.core.windows.net",
    "http://localhost.example.org",
    "http://127.0.0.1.example.org",
  ])("a signature over plain http, to %s", async (endpoint) => {
    const connectionStrings = `BlobEndpoint=${endpoint};SharedAccessSignature=sv=1&sig=secret`;
    for (const credentials of [{ sasToken: "sv=1&sig=secret" }, { connectionString: connectionStrings }]) {
      const failure = await openAzureStore({ ...right, endpoint }, credentials).catch(
        (error: unknown) => error,
      );
      expect(failure).toEqual(refusal("invalid"));
      expect((failure as Error).message).not.toContain("secret");
    }
  });

  test.each([0, -1, 0.5, Number.NaN, 2 ** 30])("blocks of %d bytes", async (blockBytes) => {
    await expect(openAzureStore(right, key, { blockBytes })).rejects.toEqual(refusal("invalid"));
  });
});
