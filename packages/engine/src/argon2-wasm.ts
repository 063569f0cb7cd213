import { argon2id as hashWasmArgon2id } from "hash-wasm";
import type { Argon2Request } from "./engine.ts";

/** See `Engine.argon2id`: for browsers, and for a Node that has none of its own. */
export async function argon2id(request: Argon2Request): Promise<Uint8Array<ArrayBuffer>> {
  const { password, salt, memoryKiB, passes, lanes, lengthBytes } = request;
  const key = await hashWasmArgon2id({
    password,
    salt,
    memorySize: memoryKiB,
    iterations: passes,
    parallelism: lanes,
    hashLength: lengthBytes,
    outputType: "binary",
  });
  return new Uint8Array(key);
}
