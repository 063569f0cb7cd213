import { samples, vectors } from "./test-support/data.ts";

// Stryker works in a copy, from where the relative default paths lead nowhere.
process.env["CHIROGRAPH_VECTORS"] = vectors.path;
process.env["CHIROGRAPH_SAMPLES"] = samples.path;

export default {
  mutate: ["packages/core/src/{word,cut,envelope,chart}/**/*.ts"],
  testRunner: "vitest",
  vitest: { configFile: "vitest.mutation.config.ts" },
  // Stryker rewrites a tsconfig.json with an interface that TypeScript 7 lacks; nothing here is compiled.
  tsconfigFile: "none",
  testRunnerNodeArgs: ["--disable-warning=ExperimentalWarning"],
  plugins: ["@stryker-mutator/vitest-runner"],
  concurrency: 2,
  thresholds: { high: 95, low: 90, break: 85 },
  reporters: ["clear-text", "progress", "html"],
  htmlReporter: { fileName: "reports/mutation.html" },
};
