import type { Engine } from "@chirograph/engine/interface";
import { concat } from "../encoding/bytes.ts";
import { utf8 } from "../encoding/text.ts";
import { ChirographError } from "../error.ts";
import type { Suite } from "../suite.ts";
import { COMMITMENT_BYTES, HEADER_BYTES, SALT_BYTES } from "./size.ts";

const NONCE_BYTES = 12;

/** What is secret about one message, and the header that commits to it. */
export interface MessageKey {
  readonly key: Uint8Array;
  readonly baseNonce: Uint8Array;
  /** `salt ‖ commitment`: 56 bytes, the beginning of the sealed message. */
  readonly header: Uint8Array<ArrayBuffer>;
}

export interface MessageKeyRequest {
  readonly suite: Pick<Suite, "aead" | "keyBytes">;
  /** As long as the suite's key, uniformly random. */
  readonly inputKey: Uint8Array;
  readonly context: Uint8Array;
}

/** A key for a new message: the salt is fresh. */
export function newMessageKey(engine: Engine, request: MessageKeyRequest): Promise<MessageKey> {
  return messageKeyFromSalt(engine, request, engine.randomBytes(SALT_BYTES));
}

/** The key of the message that begins with `header`, or `null` when the commitment is to another key or context. */
export async function openMessageKey(
  engine: Engine,
  request: MessageKeyRequest,
  header: Uint8Array,
): Promise<MessageKey | null> {
  if (header.length !== HEADER_BYTES) {
    throw new ChirographError("malformed", "The sealed message has no whole header: it was cut short.");
  }
  const expected = await messageKeyFromSalt(engine, request, header.subarray(0, SALT_BYTES));
  return engine.constantTimeEqual(expected.header, header) ? expected : null;
}

/** C2SP chunked-encryption, "Key derivation". Public only so that published vectors can be sealed again byte for byte. */
export async function messageKeyFromSalt(
  engine: Engine,
  request: MessageKeyRequest,
  salt: Uint8Array,
): Promise<MessageKey> {
  const { suite, inputKey, context } = request;
  if (inputKey.length !== suite.keyBytes) {
    throw new RangeError(`the input key must be ${suite.keyBytes} bytes long, not ${inputKey.length}`);
  }
  const derived = await engine.hkdfExpandSha512({
    pseudorandomKey: inputKey,
    info: concat(utf8(`c2sp.org/chunked-encryption@v1+${suite.aead}\0`), salt, context),
    lengthBytes: suite.keyBytes + NONCE_BYTES + COMMITMENT_BYTES,
  });
  return {
    key: derived.slice(0, suite.keyBytes),
    baseNonce: derived.slice(suite.keyBytes, suite.keyBytes + NONCE_BYTES),
    header: concat(salt, derived.subarray(suite.keyBytes + NONCE_BYTES)),
  };
}
