import { gzipSync } from "node:zlib";
import type { Plugin, Rolldown } from "vite";

/** Prints how much script the first screen loads, the vault's worker included, and refuses more than `mostBytes`. */
export function firstScreen({ mostBytes }: { readonly mostBytes: number }): Plugin {
  return {
    name: "first-screen",
    apply: "build",
    generateBundle(_, bundle) {
      const rows = [...firstScripts(bundle)].map(([name, code]) => [name, gzipSync(code).length] as const);
      const total = rows.reduce((sum, [, size]) => sum + size, 0);
      for (const [name, size] of rows) this.info(`${name}: ${kilobytes(size)}`);
      this.info(`first screen: ${kilobytes(total)} of script compressed, at most ${kilobytes(mostBytes)}`);
      if (total > mostBytes) this.error("the first screen loads too much script");
    },
  };
}

/** Vite hands a worker's scripts over as assets, named like its entry: worker/main.ts. */
const WORKER = /^assets\/main-[^/]*\.js$/;
/** `import"./a.js"` and `from"./a.js"`; `import("./a.js")` waits until it is needed. */
const STATIC_IMPORT = /(?:\bimport|\bfrom)\s*["'`]\.\/([^"'`]+)["'`]/g;

/** The page's entry and the worker's, each with all that it imports before it runs. */
function firstScripts(bundle: Rolldown.OutputBundle): ReadonlyMap<string, string> {
  const scripts = new Map<string, string>();
  const follow = (name: string): void => {
    const output = bundle[name];
    if (output === undefined || scripts.has(name)) return;
    const code = output.type === "chunk" ? output.code : String(output.source);
    scripts.set(name, code);
    for (const [, imported = ""] of code.matchAll(STATIC_IMPORT)) follow(`assets/${imported}`);
  };
  for (const output of Object.values(bundle)) {
    const isFirst = output.type === "chunk" ? output.isEntry : WORKER.test(output.fileName);
    if (isFirst) follow(output.fileName);
  }
  return scripts;
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} kB`;
}
