import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe } from "vitest";
import { type AzuriteServer, startAzurite } from "../../../test-support/servers/azurite.ts";
import { missing } from "../../../test-support/servers/installed.ts";
import { createAzureStore } from "../src/azblob/azure-store.ts";
import type { Store } from "../src/store.ts";
import { cloudContract } from "./cloud-contract.ts";
import { storeContract } from "./contract.ts";

describe.skipIf(missing.azurite)("on Azurite", () => {
  let server: AzuriteServer;
  beforeAll(async () => {
    // On the disk it keeps files open of every read that is left early; the long form takes more than the memory.
    server = await startAzurite({ inMemory: process.env["CHIROGRAPH_LONG"] !== "1" });
  });
  afterAll(() => server?.stop());

  const emptyStore = async (options = {}): Promise<{ store: Store }> => {
    const place = { endpoint: server.address, container: `test-${randomUUID()}` };
    return { store: await createAzureStore(place, server.credentials, options) };
  };

  storeContract("the Azure store", () => emptyStore());
  storeContract("the Azure store with small blocks", () => emptyStore({ blockBytes: 65_536 }));
  cloudContract("the Azure store", () => emptyStore(), { atomic: true });
});
