import type { HkdfExpandEachRequest, HkdfExpandRequest, HkdfRequest } from "./engine.ts";

/** HMAC-SHA-512 of a message under the key that it was made with. */
export type Mac = (message: Uint8Array) => Promise<Uint8Array<ArrayBuffer>>;

/** What a platform brings: HMAC-SHA-512 under a key of at least one byte. */
export type MacFactory = (key: Uint8Array) => Promise<Mac>;

const HASH_BYTES = 64;

/** The most that HKDF-Expand gives (RFC 5869, section 2.3). */
export const HKDF_LIMIT_BYTES: number = 255 * HASH_BYTES;

/**
 * HKDF-SHA-512, extract and expand. Built on HMAC for what the platforms' own HKDF does not do: Node's refuses an
 * info of more than 1,024 bytes, and none offers expand alone.
 */
export async function hkdf(makeMac: MacFactory, request: HkdfRequest): Promise<Uint8Array<ArrayBuffer>> {
  const extract = await unsaltedExtract(makeMac);
  const pseudorandomKey = await extract(request.inputKey);
  try {
    return await hkdfExpand(makeMac, { ...request, pseudorandomKey });
  } finally {
    pseudorandomKey.fill(0);
  }
}

/** HKDF-Expand with SHA-512. */
export async function hkdfExpand(
  makeMac: MacFactory,
  { pseudorandomKey, info, lengthBytes }: HkdfExpandRequest,
): Promise<Uint8Array<ArrayBuffer>> {
  return expand(await makeMac(pseudorandomKey), info, lengthBytes);
}

/** The same for every info, under a key that is imported once. */
export async function hkdfExpandEach(
  makeMac: MacFactory,
  { pseudorandomKey, infos, lengthBytes }: HkdfExpandEachRequest,
): Promise<Uint8Array<ArrayBuffer>[]> {
  const mac = await makeMac(pseudorandomKey);
  return Promise.all(infos.map((info) => expand(mac, info, lengthBytes)));
}

/** Of T(1) = HMAC(key, info ‖ 1), which is all that most keys need. */
async function firstBlock(mac: Mac, info: Uint8Array, lengthBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const message = new Uint8Array(info.length + 1);
  message.set(info);
  message[info.length] = 1;
  const block = await mac(message);
  const output = block.slice(0, lengthBytes);
  block.fill(0);
  return output;
}

const extracts = new WeakMap<MacFactory, Promise<Mac>>();

/** HMAC under the salt of everybody who gives none, which is imported once. */
function unsaltedExtract(makeMac: MacFactory): Promise<Mac> {
  const known = extracts.get(makeMac);
  if (known !== undefined) return known;
  // "If not provided, [the salt] is set to a string of HashLen zeros" (section 2.2).
  const extract = makeMac(new Uint8Array(HASH_BYTES));
  extracts.set(makeMac, extract);
  extract.catch(() => extracts.delete(makeMac));
  return extract;
}

/** T(i) = HMAC(key, T(i − 1) ‖ info ‖ i), one after the other. */
async function expand(mac: Mac, info: Uint8Array, lengthBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  if (lengthBytes <= HASH_BYTES) return firstBlock(mac, info, lengthBytes);
  const output = new Uint8Array(lengthBytes);
  // One message for all rounds, T(i − 1) ‖ info ‖ i; the first round leaves its front away.
  const message = new Uint8Array(HASH_BYTES + info.length + 1);
  message.set(info, HASH_BYTES);
  for (let offset = 0; offset < lengthBytes; offset += HASH_BYTES) {
    message[message.length - 1] = offset / HASH_BYTES + 1;
    const block = await mac(offset === 0 ? message.subarray(HASH_BYTES) : message);
    output.set(block.subarray(0, lengthBytes - offset), offset);
    message.set(block);
    block.fill(0);
  }
  message.fill(0);
  return output;
}
