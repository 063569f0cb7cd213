import { expect, test } from "vitest";
import { compileKernels } from "../../../tools/kernel/compile.ts";
import * as binaries from "../src/kernel/binaries.ts";

test("the kernel's binaries are what its source compiles to", () => {
  const source = compileKernels();
  expect(Object.keys(binaries)).toEqual(["plain", "relaxed", "sharedPlain", "sharedRelaxed"]);
  for (const [name, text] of Object.entries(binaries))
    expect(source).toContain(`export const ${name} = "${text}";`);
});
