import { parentPort } from "node:worker_threads";
import { Kernel } from "../arithmetic/kernel.ts";
import type { Task } from "../arithmetic/task.ts";
import { powersInOpenSsl } from "./powers.ts";

const kernel = new Kernel(powersInOpenSsl);
parentPort!.on("message", (task: Task) => {
  const result = kernel.run(task);
  parentPort!.postMessage(result, result === null ? [] : [result.buffer]);
});
