import { parentPort } from "node:worker_threads";
import { sealLot } from "@chirograph/core/lot";
import { createEngine } from "@chirograph/engine";
import type { Answer, Request } from "./message.ts";

const engine = createEngine({ threads: 0 });
let turn: Promise<void> = Promise.resolve();

parentPort!.on("message", (request: Request) => {
  turn = turn.then(() => answer(request));
});

// Whoever cannot read what is asked cannot answer in its turn.
parentPort!.on("messageerror", (error) => {
  throw error;
});

async function answer(request: Request): Promise<void> {
  const sealed: Answer = request === undefined ? [] : await sealLot(engine, request);
  const memory = sealed.flatMap((version) =>
    version === undefined ? [] : [version.unsigned.buffer, version.fragments.buffer],
  );
  parentPort!.postMessage(sealed, memory);
}
