import { proxy, type Remote, wrap } from "comlink";
import type { VaultWorker } from "../worker/contract.ts";

export interface StartedWorker {
  readonly vault: VaultWorker;
  readonly end: () => Promise<void>;
}

/** One that does not answer is ended all the same. */
const END_MS = 2000;

/** Starts the worker that has the keys. What calls back is wrapped here, so that nobody else needs to know how. */
export function startWorker(): StartedWorker {
  const worker = new Worker(new URL("../worker/main.ts", import.meta.url), { type: "module", name: "vault" });
  const vault = asLocal(wrap<VaultWorker>(worker));
  const end = async (): Promise<void> => {
    const late = new Promise((resolve) => setTimeout(resolve, END_MS));
    await Promise.race([vault.lock().catch(() => undefined), late]);
    worker.terminate();
  };
  return { vault, end };
}

function asLocal(remote: Remote<VaultWorker>): VaultWorker {
  // Every method of the contract is asynchronous already: only functions among the arguments must not be cloned.
  return new Proxy(remote, {
    get: (target, name) => {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== "function" || name === "then") return undefined;
      return (...values: unknown[]): unknown =>
        Reflect.apply(
          method,
          undefined,
          values.map((value) => (typeof value === "function" ? proxy(value) : value)),
        );
    },
  });
}
