import * as nodeCrypto from "node:crypto";
import { promisify } from "node:util";
import type { Argon2Request } from "../engine.ts";
import { plainBytes } from "./memory.ts";

/** See `Engine.argon2id`. Node has it since 24.7; before that WebAssembly serves. */
export async function argon2id(request: Argon2Request): Promise<Uint8Array<ArrayBuffer>> {
  if ("argon2" in nodeCrypto) return argon2idNatively(request);
  const wasm = await import("../argon2-wasm.ts");
  return wasm.argon2id(request);
}

async function argon2idNatively(request: Argon2Request): Promise<Uint8Array<ArrayBuffer>> {
  const { password, salt, memoryKiB, passes, lanes, lengthBytes } = request;
  const key = await promisify(nodeCrypto.argon2)("argon2id", {
    message: password,
    nonce: salt,
    memory: memoryKiB,
    passes,
    parallelism: lanes,
    tagLength: lengthBytes,
  });
  return plainBytes(key);
}
