import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe } from "vitest";
import { missing } from "../../../test-support/servers/installed.ts";
import { startSftpServer } from "../../../test-support/servers/sftp.ts";
import { openSftpStore } from "../src/sftp/sftp-store.ts";
import { cloudContract, type CloudUnderTest } from "./cloud-contract.ts";
import { storeContract } from "./contract.ts";

describe.skipIf(missing.sftp)("SFTP", () => {
  storeContract("the SFTP store on OpenSSH", openOnOpenSsh);
  cloudContract("the SFTP store on OpenSSH", openOnOpenSsh, { atomic: true });
});

async function openOnOpenSsh(): Promise<CloudUnderTest> {
  const server = await startSftpServer();
  const store = await openSftpStore({ ...server, path: server.folder }, server);
  return {
    store,
    close: async () => {
      await store.close();
      await server.stop();
    },
    leftovers: () => readdir(join(server.folder, ".drafts")),
  };
}
