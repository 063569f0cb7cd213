// `child.ts FOLDER KILL-AT MARK OPERATION…`: performs the operations over the fixture in FOLDER and dies at point
// KILL-AT (0: never). What it tried and what was acknowledged stands on its standard output.
import { Fuse } from "./fuse.ts";
import { openFixture } from "./fixture.ts";
import { say } from "./journal.ts";
import { type Operation, perform } from "./operations.ts";

const [folder, killAt, mark, ...operations] = process.argv.slice(2);
const fuse = new Fuse(Number(killAt));
fuse.watchTransactions();
const fixture = await openFixture(folder!, fuse);
for (const [round, operation] of operations.entries()) {
  await perform(operation as Operation, fixture, `${mark}-${round}`);
}
say({ said: "points", passed: fuse.passed });
await fixture.keeping.rows.close();
