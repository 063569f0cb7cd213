import { StoreError } from "../../error.ts";
import type { Behaviour } from "../behaviour.ts";
import { swallow } from "../objects.ts";

export const drop: Behaviour = {
  name: "drop",
  description: "Takes what is put, keeps nothing of it and says that it failed.",
  lie: () => ({
    async put(_, body) {
      await swallow(body.bytes);
      throw new StoreError("unavailable", "The store did not keep it.");
    },
  }),
};

export const acknowledgeThenLose: Behaviour = {
  name: "acknowledge, then lose",
  description: "Says that it keeps what is put, and has neither that nor what it was given before.",
  lie: ({ honest, strikes }) => ({
    put: (_, body) => swallow(body.bytes),
    // oxlint-disable-next-line require-yield
    async *get() {
      throw new StoreError("not-found", "No object has that name.");
    },
    head: async () => null,
    list: async (request, options) =>
      (await honest.list(request, options)).filter(({ name }) => !strikes(name)),
  }),
};

/** So many questions after a deletion the object is back. */
const GONE_FOR = 3;

export const resurrect: Behaviour = {
  name: "resurrect deleted",
  description: "Says that it deleted an object, hides it for a while and then has it again.",
  lie({ honest }) {
    const hidden = new Map<string, number>();
    const isHidden = (name: string): boolean => {
      const left = hidden.get(name) ?? 0;
      if (left > 1) hidden.set(name, left - 1);
      else hidden.delete(name);
      return left > 0;
    };
    return {
      delete: async (name) => void hidden.set(name, GONE_FOR),
      async *get(name, range, options) {
        if (isHidden(name)) throw new StoreError("not-found", "No object has that name.");
        yield* honest.get(name, range, options);
      },
      head: async (name, options) => (isHidden(name) ? null : honest.head(name, options)),
      list: async (request, options) =>
        (await honest.list(request, options)).filter(({ name }) => !isHidden(name)),
    };
  },
};
