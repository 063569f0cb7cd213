// Commits one version after the other until it is killed, and says what was acknowledged. Argument: file.
import { writeSync } from "node:fs";
import {
  beginReserved,
  chartA,
  link,
  object,
  place,
  sampleHash,
  sampleIntent,
  store1,
  store2,
  version,
} from "../../../vault/test/rows-samples.ts";
import { openSqliteRows } from "../../src/sqlite/sqlite-rows.ts";

const rows = await openSqliteRows(process.argv[2]!);
for (const { batch } of await rows.intents()) await rows.finish(batch, new Set());

const links = await rows.links(chartA);
for (let number = links.length + 1; ; number++) {
  const previous = number === 1 ? [] : [number - 1];
  const objects = [store1, store2].map((store) => ({ store, name: object(number), sizeBytes: 9 }));
  const intent = sampleIntent(number, {
    charts: [{ chart: chartA, expectedHeads: previous.map(sampleHash) }],
    links: [link(chartA, number, { previous })],
    versions: [version(number, [place(store1, object(number)), place(store2, object(number))])],
    objects,
  });
  if ((await beginReserved(rows, intent)).length > 0)
    throw new Error("The chart moved on without its only writer.");
  writeSync(1, `begun ${number}\n`);
  await rows.finish(intent.batch, new Set());
  writeSync(1, `finished ${number}\n`);
}
