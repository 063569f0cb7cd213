// Processes that write to one chart at the same time, over one catalogue and over two.
import { beforeAll, expect, test } from "vitest";
import { opening } from "../chirograph.ts";
import { locations, STORES, VaultBench } from "./vault-bench.ts";

const bench = new VaultBench();
let chart: string;

beforeAll(async () => {
  await bench.found();
  chart = await bench.newChart();
});

/** Every writer puts a file of its own, in a process of its own; gives the records. */
function putAll(writers: readonly string[], vaultOf: (index: number) => string): Promise<string[]> {
  return Promise.all(
    writers.map(async (writer, index) => {
      bench.write(writer, writer.repeat(1000));
      const line = `put ${writer} --chart ${chart} ${opening} --vault ${vaultOf(index)}`;
      const env = { CHIROGRAPH_STATE: bench.path(`state-of-${vaultOf(index)}`) };
      return (await bench.succeed(line, { env })).stdout.trim();
    }),
  );
}

async function expectBack(
  vault: string,
  writers: readonly string[],
  records: readonly string[],
): Promise<void> {
  for (const [index, writer] of writers.entries()) {
    const { stdout } = await bench.succeed(`get ${records[index]!} -o - ${opening} --vault ${vault}`);
    expect(stdout).toBe(writer.repeat(1000));
  }
}

/** @returns whether there were sides to merge */
async function mergeIn(vault: string): Promise<boolean> {
  const { stdout } = await bench.succeed(`merge --chart ${chart} ${opening} --vault ${vault} --json`);
  return (JSON.parse(stdout) as { merged: boolean }).merged;
}

test.each([2, 8])(
  "%i processes lose nothing of what was acknowledged, and write no sibling",
  async (count) => {
    const writers = Array.from({ length: count }, (_, index) => `writer-${count}-${index}`);
    const records = await putAll(writers, () => "vault");
    expect(new Set(records).size).toBe(count);
    await expectBack("vault", writers, records);
  },
);

test("eight processes over two catalogues make siblings; reindex and merge keep what each put", async () => {
  await bench.succeed(`reindex second --store ${locations(STORES)} --identity me.key`);
  const writers = Array.from({ length: 8 }, (_, index) => `side-${index}`);
  const records = await putAll(writers, (index) => (index % 2 === 0 ? "vault" : "second"));
  await bench.succeed(`reindex third --store ${locations(STORES)} --identity me.key`);
  expect(await mergeIn("third")).toBe(true);
  await expectBack("third", writers, records);
  expect((await bench.run("verify --vault third")).code).toBe(0);
});
