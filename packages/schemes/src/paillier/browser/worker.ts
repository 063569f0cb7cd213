import { Kernel } from "../arithmetic/kernel.ts";
import { powersInBigInt } from "../arithmetic/powers.ts";
import type { Task } from "../arithmetic/task.ts";

const kernel = new Kernel(powersInBigInt);
addEventListener("message", ({ data }: MessageEvent<Task>) => {
  const result = kernel.run(data);
  postMessage(result, { transfer: result === null ? [] : [result.buffer] });
});
