import { StoreError } from "../../error.ts";
import type { CallOptions } from "../../store.ts";
import type { Behaviour } from "../behaviour.ts";

export const hang: Behaviour = {
  name: "hang",
  description: "Never answers; whoever aborts gets his reason back.",
  lie: () => ({
    put: (_, __, options) => forever(options),
    // oxlint-disable-next-line require-yield
    async *get(_, __, options) {
      await forever(options);
    },
    head: (_, options) => forever(options),
    list: (_, options) => forever(options),
    delete: (_, options) => forever(options),
  }),
};

async function forever({ signal }: CallOptions = {}): Promise<never> {
  signal?.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
  return promise;
}

export const errorThenSuccess: Behaviour = {
  name: "error, then success",
  description: "Fails every first try; what is put or deleted may have happened all the same.",
  lie({ honest, randomFor }) {
    const tried = new Set<string>();
    const isFirst = (call: string): boolean => {
      const first = !tried.has(call);
      tried.add(call);
      return first;
    };
    const happens = (call: string): boolean => randomFor(call)(2) === 0;
    return {
      async put(name, body, options) {
        const call = `put ${name}`;
        const first = isFirst(call);
        if (!first || happens(call)) await honest.put(name, body, options);
        if (first) throw failed();
      },
      async *get(name, range, options) {
        if (isFirst(`get ${name}`)) throw failed();
        yield* honest.get(name, range, options);
      },
      async head(name, options) {
        if (isFirst(`head ${name}`)) throw failed();
        return honest.head(name, options);
      },
      async list(request, options) {
        if (isFirst(`list ${request.prefix} ${request.after ?? ""}`)) throw failed();
        return honest.list(request, options);
      },
      async delete(name, options) {
        const call = `delete ${name}`;
        const first = isFirst(call);
        if (!first || happens(call)) await honest.delete(name, options);
        if (first) throw failed();
      },
    };
  },
};

function failed(): StoreError {
  return new StoreError("unavailable", "The store fails once.");
}
