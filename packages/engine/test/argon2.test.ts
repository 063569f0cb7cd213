import { createEngine } from "@chirograph/engine";
import type { Argon2Request } from "@chirograph/engine";
import { describe, expect, test } from "vitest";
import { pattern, toHex, utf8 } from "./bytes.ts";

const engine = createEngine();
const small: Argon2Request = {
  password: utf8("correct horse"),
  salt: pattern(16, 5),
  memoryKiB: 64,
  passes: 1,
  lanes: 1,
  lengthBytes: 32,
};

// RFC 9106 has no vector without a secret value: OpenSSL and hash-wasm agreed on these.
describe("Argon2id", () => {
  test.each<[Partial<Argon2Request>, string]>([
    [{}, "fe35aa8d1fc275349d47b85cd18af41050a65bf0d82e5f4948389f6bd8c626c9"],
    [
      { memoryKiB: 256, passes: 3, lanes: 4 },
      "7281583c4d5add2b525ffee846f7868eb9136585577adfb204ccaa23ec2b0438",
    ],
    [
      { passes: 2, lanes: 2, lengthBytes: 100 },
      "a38e0a9b205a1af1cd2ec641e081a6948d9a920eeeb8289f53e252a9209b0c10467391ed6c5e6e4172925add2c1424fc" +
        "70c6f0b01c7d47600fbeff30cf8c1b1eecf4f0e9d4e70feb4825da15d52e8bbe88ec62190518a1c19d514ba942c7b3f0ca51e5f8",
    ],
    [{ memoryKiB: 65_536, passes: 3 }, "2381f9ed035e28e8e229e70a464f5482f745f4779dd204fd14ea6b0ffad2d7a1"],
  ])("gives the known bytes for %o", async (changes, key) => {
    expect(toHex(await engine.argon2id({ ...small, ...changes }))).toBe(key);
  });

  test.each<[string, Partial<Argon2Request>]>([
    ["an empty password", { password: new Uint8Array(0) }],
    ["a short salt", { salt: pattern(7) }],
    ["no lanes", { lanes: 0 }],
    ["memory for less than 8 KiB a lane", { memoryKiB: 15, lanes: 2 }],
    ["broken memory", { memoryKiB: 64.5 }],
    ["no passes", { passes: 0 }],
    ["an output of 3 bytes", { lengthBytes: 3 }],
  ])("refuses %s", async (_, changes) => {
    await expect(engine.argon2id({ ...small, ...changes })).rejects.toThrow(RangeError);
  });
});
