import { StoreError } from "../error.ts";
import { rangeWithin } from "../range.ts";
import { readAll } from "../read.ts";
import type { CallOptions, ObjectHead, Store } from "../store.ts";
import type { Calls, Circumstances } from "./behaviour.ts";

const LARGEST_PAGE = 1000;

/** All of a store's objects by name. */
export async function allHeads(store: Store, options?: CallOptions): Promise<ObjectHead[]> {
  const heads: ObjectHead[] = [];
  for (;;) {
    const after = heads.at(-1)?.name;
    const request = { prefix: "", limit: LARGEST_PAGE, ...(after !== undefined && { after }) };
    const page = await store.list(request, options);
    heads.push(...page);
    if (page.length < LARGEST_PAGE) return heads;
  }
}

/** An object, or `undefined` where there is none. It is held in memory whole. */
export async function objectOf(
  store: Store,
  name: string,
  options?: CallOptions,
): Promise<Uint8Array | undefined> {
  return (await store.head(name, options)) === null ? undefined : readAll(store, name, undefined, options);
}

/** What lies under a struck name instead; `undefined` for nothing. */
export type Substitute = (name: string, options?: CallOptions) => Promise<Uint8Array | undefined>;

/** Answers as if the struck objects were others: `get`, `head` and `list` agree. */
export function servingInstead({ honest, strikes }: Circumstances, instead: Substitute): Partial<Calls> {
  return {
    async *get(name, range, options) {
      const bytes = await instead(name, options);
      if (bytes === undefined) throw new StoreError("not-found", "No object has that name.");
      const { offset, lengthBytes } = rangeWithin(range, bytes.length);
      yield new Uint8Array(bytes.subarray(offset, offset + lengthBytes));
    },
    async head(name, options) {
      const bytes = await instead(name, options);
      return bytes === undefined ? null : { name, sizeBytes: bytes.length };
    },
    async list(request, options) {
      const page = await honest.list(request, options);
      const heads = page.map(async (head) => {
        const bytes = strikes(head.name) ? await instead(head.name, options) : undefined;
        return bytes === undefined ? head : { name: head.name, sizeBytes: bytes.length };
      });
      return Promise.all(heads);
    },
  };
}

/** Answers as if the struck objects were there with other bytes, made from their own. */
export function servingAltered(
  circumstances: Circumstances,
  alter: (bytes: Uint8Array, name: string) => Uint8Array,
): Partial<Calls> {
  return servingInstead(circumstances, async (name, options) => {
    const bytes = await objectOf(circumstances.honest, name, options);
    return bytes === undefined ? undefined : alter(bytes, name);
  });
}

/** Takes a body to its end, as a store does that keeps it. */
export async function swallow(bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void> {
  for await (const _ of bytes);
}
