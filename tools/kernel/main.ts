// Compiles the erasure kernel (packages/engine/kernel) into packages/engine/src/kernel/binaries.ts: `npm run kernel`.
// The binaries are committed, so that nothing has to be built after an install; a test compiles them again.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as prettier from "prettier";
import { compileKernels } from "./compile.ts";

const path = fileURLToPath(new URL("../../packages/engine/src/kernel/binaries.ts", import.meta.url));
const source = compileKernels();
const options = await prettier.resolveConfig(path);
writeFileSync(path, await prettier.format(source, { ...options, filepath: path }));
