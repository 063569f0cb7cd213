// Tries to begin each round's intent; says which it began. Arguments: file, number of rounds, own number.
import { writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { chartA, link, sampleHash, sampleId, sampleIntent } from "../../../vault/test/rows-samples.ts";
import { openSqliteRows } from "../../src/sqlite/sqlite-rows.ts";

const [file, rounds, self] = [process.argv[2]!, Number(process.argv[3]), Number(process.argv[4])];
const rows = await openSqliteRows(file);

for (let round = 1; round <= rounds; round++) {
  const before = round === 1 ? [] : [sampleHash(round - 1)];
  const links = [link(chartA, round, { previous: round === 1 ? [] : [round - 1] })];
  const charts = [{ chart: chartA, expectedHeads: before }];
  const intent = { ...sampleIntent(0, { charts, links }), batch: sampleId("b", round * 100 + self) };
  if ((await rows.begin(intent)).length === 0) {
    writeSync(1, `${round}\n`);
    await rows.finish(intent.batch, new Set());
  }
  while ((await rows.heads(chartA)).join() === before.join()) await sleep(1);
}
await rows.close();
