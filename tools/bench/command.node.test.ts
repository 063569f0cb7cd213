import { tmpdir } from "node:os";
import { afterAll, describe, expect, test } from "vitest";
import { CommandFailed, run } from "./command.ts";
import { compileNative } from "./native.ts";
import { MIB } from "./sizes.ts";
import { Workplace } from "./workplace.ts";

const programs = new Workplace(tmpdir());
const native = compileNative(programs);
afterAll(() => programs.close());
const running = { measure: native.measure, signal: new AbortController().signal };
const node = (script: string) => run({ program: process.execPath, args: ["-e", script] }, running);

describe.skipIf(native.measure === undefined)("measuring a program (needs a C compiler)", () => {
  test("tells its time, its CPU and its own peak", async () => {
    const measured = await node(
      "Buffer.alloc(200e6, 1); const t = Date.now(); while (Date.now() - t < 300); console.log(7)",
    );
    expect(measured.output).toBe("7\n");
    expect(measured.seconds).toBeGreaterThan(0.3);
    expect(measured.cpuSeconds).toBeGreaterThan(0.05);
    expect(measured.peakBytes).toBeGreaterThan(200e6);
    const small = await run({ program: "true", args: [] }, running);
    // Next to nothing, however large the process is that started it.
    expect(small.peakBytes).toBeLessThan(20 * MIB);
  });

  test("says what a program that fails said", async () => {
    await expect(node("console.error('no luck'); process.exit(3)")).rejects.toThrow(/failed: no luck/);
    await expect(run({ program: "is-not-there", args: [] }, running)).rejects.toThrow(CommandFailed);
  });

  test("ends all programs of a pipe when it is interrupted", async () => {
    const ending = new AbortController();
    const command = { program: "sh", args: ["-c", "sleep 60 | sleep 60"] };
    const started = performance.now();
    setTimeout(() => ending.abort(), 200);
    await expect(run(command, { ...running, signal: ending.signal })).rejects.toThrow(/abort/i);
    expect(performance.now() - started).toBeLessThan(30_000);
  });
});
