import { type CallOptions, type ObjectBody, type Store, StoreError } from "@chirograph/stores";

/**
 * Puts an object that is to take the place of others, and asks whether it is there: before what was there goes, a store
 * that acknowledges and keeps nothing is to be found out. What the object holds is for `verify` to see.
 * @throws StoreError as `put` does; `unavailable` where the store does not have it
 */
export async function putKept(
  store: Store,
  name: string,
  body: ObjectBody,
  options?: CallOptions,
): Promise<void> {
  await store.put(name, body, options);
  const head = await store.head(name, options);
  if (head?.sizeBytes === body.sizeBytes) return;
  throw new StoreError("unavailable", "The store does not have what it acknowledged.");
}
