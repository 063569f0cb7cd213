// Gives a file to a worker that seals it, and shows what came of it.
import type { Outcome } from "./outcome.ts";

const outcome = document.querySelector("#outcome")!;
const input = document.querySelector("input")!;

input.addEventListener("change", () => {
  const worker = new Worker(new URL("worker.ts", import.meta.url), { type: "module" });
  worker.addEventListener("message", ({ data }: MessageEvent<Outcome>) => {
    outcome.textContent = JSON.stringify(data);
  });
  worker.addEventListener("error", ({ message }) => {
    outcome.textContent = JSON.stringify({ error: message });
  });
  worker.postMessage(input.files![0]);
});
