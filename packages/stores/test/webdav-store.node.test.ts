import { readdir } from "node:fs/promises";
import { describe, vi } from "vitest";
import { missing } from "../../../test-support/servers/installed.ts";
import { startWebDavServer } from "../../../test-support/servers/webdav.ts";
import { openWebDavStore } from "../src/webdav/webdav-store.ts";
import { cloudContract, type CloudUnderTest } from "./cloud-contract.ts";
import { storeContract } from "./contract.ts";

describe.skipIf(missing.webDav)("WebDAV", () => {
  storeContract("the WebDAV store on Apache", openOnApache);
  cloudContract("the WebDAV store on Apache", openOnApache, { atomic: false });
});

async function openOnApache(): Promise<CloudUnderTest> {
  const server = await startWebDavServer();
  /** Also Apache's own temporary files. */
  const unfinished = async (): Promise<string[]> => {
    const paths = await readdir(server.folder, { recursive: true });
    return paths.filter((path) => path.startsWith(".drafts/") || path.includes(".davfs.tmp"));
  };
  return {
    store: await openWebDavStore({ url: server.address }, server),
    close: () => server.stop(),
    leftovers: async () => {
      // An upload that broke off is cleared away by the server when it notices.
      await vi.waitUntil(async () => (await unfinished()).length === 0, 30_000).catch(() => undefined);
      return unfinished();
    },
  };
}
