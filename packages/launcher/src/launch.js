// Plain JavaScript that Node 18 can read: it finds a Node that runs TypeScript, and hands over to it.
import module from "node:module";
import { compileCacheFolder } from "./compile-cache.js";

const oldestMajor = 24;

/**
 * Runs a program: here, if this Node is new enough, else in the pinned one.
 * @param {{ name: string, main: URL }} program what people call it, and its TypeScript
 */
export async function launch({ name, main }) {
  const compiled = compileCacheFolder();
  if (Number.parseInt(process.versions.node, 10) >= oldestMajor) {
    hideExperimentalWarnings();
    if (compiled !== undefined) module.enableCompileCache(compiled);
    await import(main.href);
    return;
  }
  const { handOver } = await import("./hand-over.js");
  handOver({ name, main, oldestMajor, compiled });
}

function hideExperimentalWarnings() {
  const listeners = process.listeners("warning");
  process.removeAllListeners("warning");
  process.on("warning", (warning) => {
    if (warning.name !== "ExperimentalWarning")
      for (const listener of listeners) listener.call(process, warning);
  });
}
