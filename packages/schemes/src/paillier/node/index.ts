import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { Engine } from "@chirograph/engine/interface";
import type { TaskResult } from "../arithmetic/task.ts";
import { Crew, type Hand } from "../crew.ts";
import { Paillier } from "../paillier.ts";
import { Reply } from "../reply.ts";

export * from "../exports.ts";

/** Paillier on worker threads and OpenSSL's powers. */
export function createPaillier(engine: Engine, threads: number = availableParallelism()): Paillier {
  return new Paillier(engine, new Crew(threads, startWorker));
}

function startWorker(): Hand {
  const worker = new Worker(new URL("worker.ts", import.meta.url));
  const reply = new Reply();
  worker.on("message", (result: TaskResult) => reply.give(result));
  worker.on("error", (error) => reply.end(error));
  worker.on("messageerror", (error) => reply.end(error));
  worker.on("exit", () => reply.end(new Error("a thread of Paillier ended early")));
  return {
    run: (task) => reply.to(() => worker.postMessage(task, [])),
    async stop() {
      await worker.terminate();
    },
  };
}
