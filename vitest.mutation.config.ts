import { defineConfig } from "vitest/config";
import { samples, vectors } from "./test-support/data.ts";

// The core's tests in Node alone: Stryker runs them once for every mutant.
export default defineConfig({
  test: { include: ["packages/core/test/**/*.test.ts"], provide: { vectors, samples } },
});
