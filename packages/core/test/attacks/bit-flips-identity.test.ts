import { beforeAll, describe, expect, test } from "vitest";
import { utf8 } from "../../src/encoding/text.ts";
import {
  formatIdentityFile,
  formatProtectedIdentityFile,
  parseIdentityFile,
} from "../../src/identity/file.ts";
import type { Identity } from "../../src/identity/identity.ts";
import { bitsOf, flipBit, people, quick, refusal } from "./support.ts";

let owner: Identity;

beforeAll(async () => {
  ({ owner } = await people("owner"));
});

describe("a bit flipped in an identity file", () => {
  test.each(["in the clear", "under a passphrase"])("%s is refused", async (protection) => {
    const file =
      protection === "in the clear"
        ? await formatIdentityFile(quick, owner)
        : await formatProtectedIdentityFile(quick, owner, "correct horse");
    const bytes = utf8(file);
    for (const bit of bitsOf(bytes)) {
      const text = String.fromCodePoint(...flipBit(bytes, bit));
      const error = await refusal(() => parseIdentityFile(quick, text));
      expect(error?.message, `bit ${bit}`).toMatch(/identity file/);
    }
  });
});
