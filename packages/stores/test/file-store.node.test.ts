import { readdir } from "node:fs/promises";
import { createFileStore } from "../src/file/file-store.ts";
import { cloudContract } from "./cloud-contract.ts";
import { storeContract } from "./contract.ts";
import { TestFolder } from "./folders.ts";
import { join } from "node:path";

storeContract("the file store", async () => {
  const folder = await TestFolder.make();
  return {
    store: await createFileStore(join(folder.path, "store")),
    close: () => folder.remove(),
  };
});

cloudContract(
  "the file store",
  async () => {
    const folder = await TestFolder.make();
    const path = join(folder.path, "store");
    return {
      store: await createFileStore(path),
      close: () => folder.remove(),
      leftovers: () => readdir(join(path, ".drafts")),
    };
  },
  { atomic: true },
);
