import fc from "fast-check";
import { inject } from "vitest";

declare module "vitest" {
  interface ProvidedContext {
    propertySeed: number | null;
  }
}

// A change is judged by the same cases each time; what lies elsewhere is found by whoever runs the tests without a seed.
const seed = inject("propertySeed");
if (seed !== null) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });
