import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Id, Seen, SeenChart } from "@chirograph/vault";
import { fields, list, oneOf, type Read, readJson, textLike, wholeNumber } from "@chirograph/embedded/json";
import { replaceFile, systemCode } from "@chirograph/embedded/files";
import { makeStateFolder, stateFolder } from "./state-folder.ts";

const FORMAT = "chirograph-seen-1";
const MOST_HEADS = 65_536;

const hash = textLike(/^[0-9a-f]{64}$/, "64 lower-case hexadecimal digits");

const readSeen: Read<SeenChart & { format: typeof FORMAT }> = fields<SeenChart & { format: typeof FORMAT }>({
  format: oneOf(FORMAT),
  genesis: hash,
  generation: wholeNumber(0, Number.MAX_SAFE_INTEGER),
  heads: list(hash, 1, MOST_HEADS),
});

/** The newest that this machine has seen of each chart, a file a chart: whoever shows less is refused. */
export function openSeen(): Seen {
  return {
    async recall(chart) {
      return readMark(join(stateFolder("seen"), nameOf(chart)));
    },
    async remember(chart, { genesis, generation, heads }) {
      const path = join(await makeStateFolder("seen"), nameOf(chart));
      const before = await readMark(path);
      // Another process may have seen more meanwhile.
      if (before !== undefined && before.generation > generation) return;
      const document = { format: FORMAT, genesis, generation, heads };
      const text = `${JSON.stringify(document, null, 2)}\n`;
      await replaceFile(path, text);
    },
  };
}

function nameOf(chart: Id): string {
  return `${chart}.json`;
}

async function readMark(path: string): Promise<SeenChart | undefined> {
  try {
    const { genesis, generation, heads } = readJson(path, await readFile(path, "utf8"), readSeen);
    return { genesis, generation, heads };
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw error;
  }
}
