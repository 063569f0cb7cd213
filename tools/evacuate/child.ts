// `child.ts KEY STORE DIE-AT`: evacuates a store of the vault that the file KEY names, and dies, by SIGKILL, right after
// its DIE-AT-th write to a store or deletion there (0: never). What it read and wrote stands on its standard output.
import { parseRecipient } from "@chirograph/core";
import { createEngine } from "@chirograph/engine";
import type { Store } from "@chirograph/stores";
import { evacuateStore } from "@chirograph/vault";
import { readFileSync, writeSync } from "node:fs";
import { openFoldersVault } from "../folders-vault/folders-vault.ts";
import type { ChildReport, KeyFile } from "./key-file.ts";

const [keyFile, store, dieAt] = process.argv.slice(2);
const engine = createEngine();
const key = JSON.parse(readFileSync(keyFile!, "utf8")) as KeyFile;
let [readBytes, writtenBytes, writes] = [0, 0, 0];

const { keeping } = await openFoldersVault(
  key.folder,
  {
    vault: key.vault,
    stores: key.stores,
    catalogueKey: Buffer.from(key.catalogueKey, "hex"),
    founder: await parseRecipient(engine, Buffer.from(key.founder, "hex"), "founder"),
  },
  { store: counted, rows: (rows) => rows },
);
const report = await evacuateStore(keeping, store!);
tell(report);
await keeping.rows.close();

function counted(inner: Store): Store {
  return {
    promises: inner.promises,
    async put(name, { sizeBytes, bytes }, options) {
      await inner.put(name, { sizeBytes, bytes }, options);
      writtenBytes += sizeBytes;
      dieIfDue();
    },
    async *get(name, range, options) {
      for await (const piece of inner.get(name, range, options)) {
        readBytes += piece.length;
        yield piece;
      }
    },
    head: (name, options) => inner.head(name, options),
    list: (request, options) => inner.list(request, options),
    async delete(name, options) {
      await inner.delete(name, options);
      dieIfDue();
    },
  };
}

function dieIfDue(): void {
  if (++writes !== Number(dieAt)) return;
  tell(undefined);
  process.kill(process.pid, "SIGKILL");
}

function tell(ended: ChildReport["report"]): void {
  writeSync(1, JSON.stringify({ readBytes, writtenBytes, writes, report: ended } satisfies ChildReport));
}
