import { StoreError } from "../../error.ts";
import { createMemoryStore } from "../../memory/memory-store.ts";
import type { CallOptions, ObjectHead, Store } from "../../store.ts";
import type { Behaviour } from "../behaviour.ts";
import { allHeads, objectOf, servingInstead } from "../objects.ts";

export const olderVersion: Behaviour = {
  name: "older version",
  description: "Is rolled back: shows what it held once, and takes what is new without ever showing it.",
  lie({ honest, older }) {
    let first: Promise<Store> | undefined;
    const then = (): Promise<Store> => {
      first ??= older === undefined ? copyOf(honest) : Promise.resolve(older);
      return first;
    };
    return {
      async *get(name, range, options) {
        yield* (await then()).get(name, range, options);
      },
      head: async (name, options) => (await then()).head(name, options),
      list: async (request, options) => (await then()).list(request, options),
      async put(name, body, options) {
        await then();
        await honest.put(name, body, options);
      },
      async delete(name, options) {
        await then();
        await honest.delete(name, options);
      },
    };
  },
};

export const anotherObject: Behaviour = {
  name: "another object",
  description: "Gives under each name the object of the next one.",
  lie: (circumstances) =>
    servingInstead(circumstances, async (name, options) => {
      const { honest } = circumstances;
      const names = namesOf(await allHeads(honest, options));
      const at = names.indexOf(name);
      return at < 0 ? undefined : objectOf(honest, names[(at + 1) % names.length]!, options);
    }),
};

export const foreignObject: Behaviour = {
  name: "another vault's object",
  description: "Gives objects of another vault: its header for the header, else any.",
  lie(circumstances) {
    const { honest, randomFor } = circumstances;
    const foreign = required(circumstances.foreign, "a store of another vault");
    return servingInstead(circumstances, async (name, options) => {
      if ((await honest.head(name, options)) === null) return undefined;
      const same = await objectOf(foreign, name, options);
      if (same !== undefined) return same;
      const names = namesOf(await allHeads(foreign, options));
      if (names.length === 0) return new Uint8Array();
      return objectOf(foreign, names[randomFor(name)(names.length)]!, options);
    });
  },
};

/**
 * With an accomplice the fragments that the two exchange are of the same versions where these were put together; alone,
 * a store exchanges what it has itself. Objects of one length change places first, so that no length tells.
 */
export const indexSwap: Behaviour = {
  name: "index swap",
  description: "Exchanges objects: each lies under the name of another, and that one's under its own.",
  lie(circumstances) {
    const { honest, accomplice } = circumstances;
    const others = accomplice ?? honest;
    return servingInstead(circumstances, async (name, options) => {
      const own = bySize(await allHeads(honest, options));
      const at = own.findIndex((head) => head.name === name);
      if (at < 0) return undefined;
      const theirs = accomplice === undefined ? own : bySize(await allHeads(others, options));
      const partner = accomplice === undefined ? at ^ 1 : at;
      return objectOf(others, (theirs[partner] ?? own[at]!).name, options);
    });
  },
};

function bySize(heads: readonly ObjectHead[]): ObjectHead[] {
  return heads.toSorted(
    (left, right) => left.sizeBytes - right.sizeBytes || (left.name < right.name ? -1 : 1),
  );
}

function namesOf(heads: readonly ObjectHead[]): string[] {
  return heads.map(({ name }) => name);
}

async function copyOf(store: Store, options?: CallOptions): Promise<Store> {
  const copy = createMemoryStore();
  for (const { name, sizeBytes } of await allHeads(store, options)) {
    await copy.put(name, { sizeBytes, bytes: store.get(name, undefined, options) });
  }
  return copy;
}

function required(store: Store | undefined, what: string): Store {
  if (store === undefined) throw new StoreError("invalid", `That behaviour needs ${what}.`);
  return store;
}
