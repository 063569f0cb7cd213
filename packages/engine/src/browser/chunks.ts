import { chunkNonce, layoutOfPlain, layoutOfSealed, TAG_BYTES } from "../chunks.ts";
import type { ChunksRequest } from "../engine.ts";
import { forEachInFlight } from "./flight.ts";
import { decrypt, encrypt, importAesKey } from "./gcm.ts";

/** See `Engine.sealChunks`. */
export async function sealChunks(request: ChunksRequest): Promise<Uint8Array<ArrayBuffer>> {
  const { baseNonce, firstIndex, chunkBytes, data } = request;
  const layout = layoutOfPlain(data.length, chunkBytes);
  const key = await importAesKey(request.key);
  const sealed = new Uint8Array(layout.sealedBytes);
  await forEachInFlight(layout.count, async (chunk) => {
    const plain = data.subarray(chunk * chunkBytes, (chunk + 1) * chunkBytes);
    const record = await encrypt(key, chunkNonce(baseNonce, firstIndex + chunk), plain);
    sealed.set(record, chunk * (chunkBytes + TAG_BYTES));
  });
  return sealed;
}

/** See `Engine.openChunks`. */
export async function openChunks(request: ChunksRequest): Promise<Uint8Array<ArrayBuffer> | null> {
  const { baseNonce, firstIndex, chunkBytes, data } = request;
  const layout = layoutOfSealed(data.length, chunkBytes);
  if (layout === null) return null;
  const key = await importAesKey(request.key);
  const opened = new Uint8Array(layout.plainBytes);
  const recordBytes = chunkBytes + TAG_BYTES;
  let allMatch = true;
  await forEachInFlight(layout.count, async (chunk) => {
    if (!allMatch) return;
    const record = data.subarray(chunk * recordBytes, (chunk + 1) * recordBytes);
    const plain = await decrypt(key, chunkNonce(baseNonce, firstIndex + chunk), record);
    if (plain === null) allMatch = false;
    else opened.set(plain, chunk * chunkBytes);
    plain?.fill(0);
  });
  if (allMatch) return opened;
  opened.fill(0);
  return null;
}
