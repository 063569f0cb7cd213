import { build, type Plugin, type Rolldown } from "vite";

interface ServiceWorkerPlan {
  readonly entry: string;
  /** Below the application's root: it rules over the folder that it lies in. */
  readonly fileName: string;
  readonly target: readonly string[];
}

/** Builds a service worker into one file that imports nothing: it shares no chunk with the page, and its name stays. */
export function serviceWorker({ entry, fileName, target }: ServiceWorkerPlan): Plugin {
  return {
    name: "service-worker",
    apply: "build",
    async generateBundle() {
      const built = await build({
        configFile: false,
        logLevel: "warn",
        publicDir: false,
        build: {
          write: false,
          target: [...target],
          modulePreload: false,
          rolldownOptions: { input: entry, output: { format: "iife", entryFileNames: fileName } },
        },
      });
      this.emitFile({ type: "asset", fileName, source: codeOf(built) });
    },
  };
}

function codeOf(built: Awaited<ReturnType<typeof build>>): string {
  if (Array.isArray(built) || !("output" in built))
    throw new Error("a service worker is built once, as one file");
  const [only, ...others] = built.output satisfies Rolldown.RolldownOutput["output"];
  if (others.length > 0) throw new Error("a service worker is built as one file");
  return only.code;
}
