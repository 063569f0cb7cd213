import type { Engine } from "@chirograph/engine/interface";
import type { TaskResult } from "../arithmetic/task.ts";
import { Crew, type Hand } from "../crew.ts";
import { Paillier } from "../paillier.ts";
import { Reply } from "../reply.ts";

export * from "../exports.ts";

/** Paillier on a browser's workers and the language's own integers. */
export function createPaillier(engine: Engine, threads: number = navigator.hardwareConcurrency): Paillier {
  return new Paillier(engine, new Crew(threads, startWorker));
}

function startWorker(): Hand {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  const reply = new Reply();
  worker.addEventListener("message", ({ data }: MessageEvent<TaskResult>) => reply.give(data));
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    reply.end(new Error(`a thread of Paillier failed: ${event.message}`));
  });
  worker.addEventListener("messageerror", () =>
    reply.end(new Error("a thread of Paillier gave something that is no result")),
  );
  return {
    run: (task) => reply.to(() => worker.postMessage(task, [])),
    async stop() {
      worker.terminate();
    },
  };
}
