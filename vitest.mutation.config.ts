import { defineConfig } from "vitest/config";
import { samples, vectors } from "./test-support/data.ts";

// The core's tests in Node alone: Stryker runs those that reach a mutant, again for every mutant. The exhaustive
// bit flips are left out: they reach everything and take the longest.
export default defineConfig({
  test: {
    include: ["packages/core/test/**/*.test.ts"],
    exclude: ["**/bit-flips*"],
    testTimeout: 20_000,
    provide: { vectors, samples },
  },
});
