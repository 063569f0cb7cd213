import { ChirographError } from "./error.ts";

export type SuiteName = "aes-128" | "aes-256" | "classic";

/** One row of docs/format.md, section 3. */
export interface Suite {
  readonly id: number;
  readonly name: SuiteName;
  /** Name of the AEAD in the IANA registry, as C2SP chunked-encryption binds it. */
  readonly aead: "AEAD_AES_128_GCM" | "AEAD_AES_256_GCM";
  /** Length of the content key. */
  readonly keyBytes: 16 | 32;
}

const suites: readonly Suite[] = [
  { id: 0x0001, name: "aes-128", aead: "AEAD_AES_128_GCM", keyBytes: 16 },
  { id: 0x0002, name: "aes-256", aead: "AEAD_AES_256_GCM", keyBytes: 32 },
  { id: 0x0101, name: "classic", aead: "AEAD_AES_128_GCM", keyBytes: 16 },
];

export function suiteNamed(name: SuiteName): Suite {
  return suites.find((suite) => suite.name === name)!;
}

export function suiteNumbered(id: number): Suite {
  const found = suites.find((suite) => suite.id === id);
  if (found === undefined) {
    throw new ChirographError("unsupported", `Suite ${id} is not known to this version of Chirograph.`);
  }
  return found;
}

/** The only hash of version 1: SHA-256. */
export const HASH_SHA256 = 1;
/** The only signature algorithm of version 1: Ed25519. */
export const SIGNATURE_ED25519 = 1;
