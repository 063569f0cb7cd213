import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

// As a program: the compiler's types would change what arrays and numbers are in all the others.
const compiler = fileURLToPath(new URL("../../node_modules/assemblyscript/bin/asc.js", import.meta.url));
const sources = fileURLToPath(new URL("../../packages/engine/kernel", import.meta.url));

const COMMON = ["--runtime", "stub", "-O3", "--noAssert", "--importMemory", "--enable", "simd"];
const RELAXED = ["--enable", "relaxed-simd"];
const SHARED = ["--enable", "threads", "--sharedMemory", "--initialMemory", "1", "--maximumMemory", "65536"];

const VARIANTS = {
  plain: COMMON,
  relaxed: [...COMMON, ...RELAXED],
  sharedPlain: [...COMMON, ...SHARED],
  sharedRelaxed: [...COMMON, ...RELAXED, ...SHARED],
};

/** The module with the kernel's binaries, in base64: with and without relaxed SIMD, for memory of one's own and shared. */
export function compileKernels(): string {
  const lines = ["// Made by `npm run kernel` out of packages/engine/kernel/combine.ts: not to be edited."];
  for (const [name, flags] of Object.entries(VARIANTS)) {
    lines.push("", `export const ${name} = "${compile(flags).toString("base64")}";`);
  }
  return `${lines.join("\n")}\n`;
}

function compile(flags: readonly string[]): Buffer {
  const folder = mkdtempSync(join(tmpdir(), "chirograph-kernel-"));
  try {
    const binary = join(folder, "combine.wasm");
    execFileSync(process.execPath, [compiler, "combine.ts", "--outFile", binary, ...flags], { cwd: sources });
    return readFileSync(binary);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
