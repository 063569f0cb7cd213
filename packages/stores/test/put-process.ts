// A process of its own that puts objects into a folder: `race` some names against others, or write `forever`.
import { once } from "node:events";
import { StoreError } from "../src/error.ts";
import { openFileStore } from "../src/file/file-store.ts";
import { bodyOf, pattern } from "./bodies.ts";

const [job, folder = "", seed = "0"] = process.argv.slice(2);
const store = await openFileStore(folder);

if (job === "race") {
  process.stdout.write("ready\n");
  await once(process.stdin, "data");
  const won: string[] = [];
  for (let round = 0; round < 50; round++) {
    const name = `race-${round}`;
    try {
      await store.put(name, bodyOf(pattern(20_000, Number(seed))));
      won.push(name);
    } catch (error) {
      if (!(error instanceof StoreError && error.code === "exists")) throw error;
    }
  }
  process.stdout.write(JSON.stringify(won));
  process.exit();
} else {
  await store.put("killed", { sizeBytes: 2 ** 40, bytes: endless() });
}

async function* endless(): AsyncGenerator<Uint8Array> {
  for (let piece = 0; ; piece++) {
    if (piece === 20) process.stdout.write("writing\n");
    yield pattern(100_000);
  }
}
