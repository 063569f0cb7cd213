import * as nodeCrypto from "node:crypto";
import { promisify } from "node:util";
import { argon2id as argon2idInWasm } from "../argon2-wasm.ts";
import type { Argon2Request } from "../engine.ts";
import { plainBytes } from "./memory.ts";

/** See `Engine.argon2id`. Node has it since 24.7; before that WebAssembly serves. */
export function argon2id(request: Argon2Request): Promise<Uint8Array<ArrayBuffer>> {
  return "argon2" in nodeCrypto ? argon2idNatively(request) : argon2idInWasm(request);
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
