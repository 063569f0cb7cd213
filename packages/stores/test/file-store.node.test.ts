import { createFileStore } from "../src/file/file-store.ts";
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
