import type { Reporter, TestModule } from "vitest/node";
import { samples, vectors } from "./data.ts";

/** Ends a run with one line of counts. In CI a skipped test fails the run, unless its data is not there. */
export class Tally implements Reporter {
  readonly #notices: readonly string[];

  constructor(notices: readonly string[]) {
    this.#notices = notices;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const states = modules.flatMap((module) =>
      [...module.children.allTests()].map((test) => test.result().state),
    );
    const count = (state: string): number => states.filter((each) => each === state).length;
    const broken = modules.flatMap((module) => module.errors()).length;
    const skipped = count("skipped") + count("pending");

    const missingData = [vectors.missing, samples.missing].filter((reason) => reason !== undefined);
    for (const reason of missingData) console.log(`skipped: the tests on published data (${reason})`);
    for (const notice of this.#notices) console.log(notice);
    console.log(`${count("passed")} passed, ${count("failed") + broken} failed, ${skipped} skipped`);

    if (process.env["CI"] === "true" && skipped > 0 && missingData.length === 0) {
      console.error("CI runs every test: none may be skipped");
      process.exitCode = 1;
    }
  }
}
