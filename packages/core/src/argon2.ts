import type { Engine } from "@chirograph/engine/interface";
import type { Reader } from "./encoding/reader.ts";
import { Writer } from "./encoding/writer.ts";
import { ChirographError } from "./error.ts";

export const ARGON2_SALT_BYTES = 16;
/** docs/format.md, section 6. */
export const ARGON2_BYTES: number = 4 + 4 + 1 + ARGON2_SALT_BYTES;
const OUTPUT_BYTES = 32;

/** The price of one guess. */
export interface Argon2Cost {
  readonly memoryKiB: number;
  readonly passes: number;
  readonly lanes: number;
}

export interface Argon2Settings extends Argon2Cost {
  /** 16 bytes. */
  readonly salt: Uint8Array;
}

/** Default and floor. */
export const LOWEST_COST: Argon2Cost = { memoryKiB: 65_536, passes: 3, lanes: 1 };
/** A cost above this is an attack on the one who opens, and is refused before any work. */
export const HIGHEST_COST: Argon2Cost = { memoryKiB: 1_048_576, passes: 10, lanes: 4 };

export function encodeArgon2(settings: Argon2Settings): Uint8Array<ArrayBuffer> {
  return new Writer()
    .u32(settings.memoryKiB)
    .u32(settings.passes)
    .u8(settings.lanes)
    .fixed(settings.salt, ARGON2_SALT_BYTES)
    .finish();
}

/** Reads settings and checks floors and ceilings, before any work. */
export function readArgon2(reader: Reader): Argon2Settings {
  const settings = {
    memoryKiB: reader.u32(),
    passes: reader.u32(),
    lanes: reader.u8(),
    salt: reader.fixed(ARGON2_SALT_BYTES),
  };
  checkCost(settings);
  return settings;
}

export function checkCost(cost: Argon2Cost): void {
  for (const part of ["memoryKiB", "passes", "lanes"] as const) {
    const [value, floor, ceiling] = [cost[part], LOWEST_COST[part], HIGHEST_COST[part]];
    if (value < floor || value > ceiling) {
      throw new ChirographError(
        "out-of-limits",
        `Argon2id with ${part} = ${value} is refused: it must be from ${floor} to ${ceiling}.`,
      );
    }
  }
}

/** Argon2id of a secret text: 32 bytes. */
export function stretch(
  engine: Engine,
  secret: Uint8Array,
  settings: Argon2Settings,
): Promise<Uint8Array<ArrayBuffer>> {
  return engine.argon2id({ password: secret, ...settings, lengthBytes: OUTPUT_BYTES });
}
