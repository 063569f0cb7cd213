import { GcmMismatch } from "../engine.ts";
import type { GcmOpenRequest, GcmStreamRequest } from "../engine.ts";
import { decrypt, encrypt, importAesKey } from "./gcm.ts";
import { concatenate } from "./memory.ts";

/** See `Engine.gcmEncrypt`. WebCrypto cannot stream GCM: the message is gathered first. */
export async function* gcmEncrypt(request: GcmStreamRequest): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const plain = await gather(request.data);
  const sealed = await encrypt(await importAesKey(request.key), request.nonce, plain);
  plain.fill(0);
  yield sealed;
}

/** See `Engine.gcmAuthenticate`. */
export async function gcmAuthenticate(request: GcmOpenRequest): Promise<boolean> {
  const plain = await open(request);
  plain?.fill(0);
  return plain !== null;
}

/** See `Engine.gcmDecrypt`. */
export async function* gcmDecrypt(request: GcmOpenRequest): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const plain = await open(request);
  if (plain === null) throw new GcmMismatch("the ciphertext changed after it was authenticated");
  yield plain;
}

async function open({ key, nonce, data, tag }: GcmOpenRequest): Promise<Uint8Array<ArrayBuffer> | null> {
  const sealed = concatenate([await gather(data), tag]);
  return decrypt(await importAesKey(key), nonce, sealed);
}

async function gather(data: AsyncIterable<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  // Copies: a piece is good only until the next one is asked for.
  for await (const piece of data) pieces.push(new Uint8Array(piece));
  return concatenate(pieces);
}
