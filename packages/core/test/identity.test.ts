import { beforeAll, describe, expect, test } from "vitest";
import { HIGHEST_COST, LOWEST_COST } from "../src/argon2.ts";
import { fromBase64, fromBase64Url, toBase64, toBase64Url } from "../src/encoding/base64.ts";
import { labelled } from "../src/encoding/label.ts";
import { formatIdentityFile, formatProtectedIdentityFile, parseIdentityFile } from "../src/identity/file.ts";
import {
  createIdentity,
  createOneTimeSigner,
  type Identity,
  identityFromSeeds,
} from "../src/identity/identity.ts";
import {
  fingerprint,
  formatRecipientLine,
  looksLikeRecipientLine,
  parseRecipient,
  parseRecipientLine,
} from "../src/identity/recipient.ts";
import {
  concat,
  engine,
  flipped,
  makePeople,
  pattern,
  type People,
  quickEngine,
  refusal,
  toHex,
  utf8,
} from "./fixtures.ts";

const FIRST_LINE = "-----BEGIN CHIROGRAPH IDENTITY-----";
const LAST_LINE = "-----END CHIROGRAPH IDENTITY-----";
const malformed = refusal("malformed");

let people: People;
beforeAll(async () => {
  people = await makePeople();
});

/** `text` with the character at `index` replaced by one that may stand in its place. */
function replaced(text: string, index: number): string {
  const other = text[index] === "A" ? "B" : "A";
  return text.slice(0, index) + other + text.slice(index + 1);
}

/** The bytes of an identity file without its checksum. */
function bodyOf(file: string): Uint8Array<ArrayBuffer> {
  return fromBase64(file.split("\n").slice(1, -2).join(""))!.slice(0, -16);
}

/** An identity file around `body`, with the checksum that belongs to it. */
async function armoured(body: Uint8Array): Promise<string> {
  const checksum = (await engine.sha256([labelled("identity-file", body)])).slice(0, 16);
  const lines = toBase64(concat(body, checksum)).match(/.{1,64}/g)!;
  return [FIRST_LINE, ...lines, LAST_LINE, ""].join("\n");
}

function patched(bytes: Uint8Array, offset: number, values: readonly number[]): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(bytes);
  copy.set(values, offset);
  return copy;
}

describe("an identity", () => {
  test("is made of two seeds and nothing else", async () => {
    const again = await identityFromSeeds(engine, people.ada.kemSeed, people.ada.signSeed);
    expect(again).toEqual(people.ada);
    expect(again.recipient.kem).toEqual(await engine.hpkePublicKey(people.ada.kemSeed));
    expect(again.signing).toEqual(await engine.ed25519PublicKey(people.ada.signSeed));
    expect(await createIdentity(engine)).not.toEqual(await createIdentity(engine));
  });

  test("of one time has a signing key and no name", async () => {
    const signer = await createOneTimeSigner(engine);
    expect(Object.keys(signer).toSorted()).toEqual(["signSeed", "signing"]);
    expect(signer.signing).toEqual(await engine.ed25519PublicKey(signer.signSeed));
  });
});

describe("a recipient", () => {
  test("has the bytes, member id and fingerprint of the format", async () => {
    const { bytes, kem, signing, member } = people.ada.recipient;
    expect(bytes).toHaveLength(1313);
    expect(bytes.slice(0, -64)).toEqual(concat(Uint8Array.of(1), kem, signing));
    const message = concat(utf8("chirograph/v1/recipient\0"), kem, signing);
    expect(await engine.ed25519Verify({ publicKey: signing, message, signature: bytes.slice(-64) })).toBe(
      true,
    );
    expect(member).toEqual(await engine.sha256([utf8("chirograph/v1/member\0"), bytes]));
    const groups = toHex(member.slice(0, 16)).match(/.{4}/g)!;
    expect(fingerprint(member)).toBe(groups.join(" "));
    expect(fingerprint(pattern(32))).toBe("0007 0e15 1c23 2a31 383f 464d 545b 6269");
  });

  test("reads back from its bytes, whatever happens to them later", async () => {
    const bytes = Uint8Array.from(people.ada.recipient.bytes);
    const parsed = await parseRecipient(engine, bytes);
    bytes.fill(0);
    expect(parsed).toEqual(people.ada.recipient);
  });

  test("with another's key or proof is refused", async () => {
    const [ada, ben] = [people.ada.recipient.bytes, people.ben.recipient.bytes];
    const forged = refusal("bad-signature");
    await expect(parseRecipient(engine, concat(ben.slice(0, 1217), ada.slice(1217)))).rejects.toThrow(forged);
    await expect(parseRecipient(engine, concat(ada.slice(0, 1217), ben.slice(1217)))).rejects.toThrow(forged);
    await expect(parseRecipient(engine, concat(ada.slice(0, 1249), ben.slice(1249)))).rejects.toThrow(forged);
    for (const index of [1, 1216, 1217, 1248, 1249, 1312]) {
      await expect(parseRecipient(engine, flipped(ada, index))).rejects.toThrow(forged);
    }
  });

  test("of another version or length is refused", async () => {
    const { bytes } = people.ada.recipient;
    await expect(parseRecipient(engine, patched(bytes, 0, [2]))).rejects.toThrow(refusal("unsupported"));
    await expect(parseRecipient(engine, bytes.slice(0, -1))).rejects.toThrow(malformed);
    await expect(parseRecipient(engine, concat(bytes, Uint8Array.of(0)))).rejects.toThrow(malformed);
  });
});

describe("a recipient's line", () => {
  test("is 1,767 characters that read back", async () => {
    const line = await formatRecipientLine(engine, people.ada.recipient);
    expect(line).toMatch(/^chirograph1[A-Za-z0-9_-]{1756}$/);
    expect(await parseRecipientLine(engine, line)).toEqual(people.ada.recipient);
    const payload = fromBase64Url(line.slice(11))!;
    const checksum = await engine.sha256([
      utf8("chirograph/v1/recipient-line\0"),
      people.ada.recipient.bytes,
    ]);
    expect(payload).toEqual(concat(people.ada.recipient.bytes, checksum.slice(0, 4)));
    expect(looksLikeRecipientLine(line)).toBe(true);
    expect(looksLikeRecipientLine(replaced(line, 500))).toBe(true);
    expect([looksLikeRecipientLine("chirograph"), looksLikeRecipientLine(`x${line}`)]).toEqual([
      false,
      false,
    ]);
  });

  test("is refused with any one character changed, and none of the keys is looked at", async () => {
    const line = await formatRecipientLine(engine, people.ada.recipient);
    const blind = { ...engine, ed25519Verify: () => Promise.reject(new Error("looked at a key")) };
    for (const index of Array.from(line).keys()) {
      await expect(parseRecipientLine(blind, replaced(line, index)), `character ${index}`).rejects.toThrow(
        malformed,
      );
    }
  });

  test("is refused cut short, with more behind it, in two lines, or in other letters", async () => {
    const line = await formatRecipientLine(engine, people.ada.recipient);
    const others = [
      "",
      "chirograph1",
      line.slice(0, -1),
      `${line}A`,
      `${line}=`,
      `${line}\n`,
      ` ${line}`,
      line.slice(11),
    ];
    others.push(
      `chirograph2${line.slice(11)}`,
      `${line.slice(0, 50)}\n${line.slice(50)}`,
      line.toUpperCase(),
    );
    for (const other of others) await expect(parseRecipientLine(engine, other)).rejects.toThrow(malformed);
  });

  test("whose checksum is right is still refused for a wrong proof", async () => {
    const bytes = flipped(people.ada.recipient.bytes, 700);
    const checksum = await engine.sha256([utf8("chirograph/v1/recipient-line\0"), bytes]);
    const line = `chirograph1${toBase64Url(concat(bytes, checksum.slice(0, 4)))}`;
    await expect(parseRecipientLine(engine, line)).rejects.toThrow(refusal("bad-signature"));
  });
});

const parse = async (changed: Uint8Array) => parseIdentityFile(engine, await armoured(changed));

describe("an identity file in the clear", () => {
  let file: string;
  beforeAll(async () => {
    file = await formatIdentityFile(engine, people.ada);
  });

  test("is text as the format says, and reads back", async () => {
    const lines = file.split("\n");
    expect([lines[0], lines.at(-2), lines.at(-1)]).toEqual([FIRST_LINE, LAST_LINE, ""]);
    expect(lines.slice(1, -3).every((line) => line.length === 64)).toBe(true);
    const { recipient, kemSeed, signSeed } = people.ada;
    expect(bodyOf(file)).toEqual(concat(Uint8Array.of(1, 0), recipient.bytes, kemSeed, signSeed));
    expect(file).toBe(await armoured(bodyOf(file)));

    const parsed = await parseIdentityFile(engine, file);
    expect(parsed).toMatchObject({ protection: "clear", recipient: people.ada.recipient });
    expect(await parsed.unlock(undefined)).toEqual(people.ada);
    expect(await parsed.unlock("ignored")).toEqual(people.ada);
  });

  test("is refused with any one character changed", async () => {
    for (const index of Array.from(file).keys()) {
      await expect(parseIdentityFile(engine, replaced(file, index)), `character ${index}`).rejects.toThrow(
        malformed,
      );
    }
  });

  test("is refused cut anywhere, or with anything around or inside it", async () => {
    for (let length = 0; length < file.length; length += 13) {
      await expect(parseIdentityFile(engine, file.slice(0, length)), `${length}`).rejects.toThrow(malformed);
    }
    const lines = file.split("\n");
    const others = [
      `\n${file}`,
      `${file}\n`,
      ` ${file}`,
      file.replaceAll("\n", "\r\n"),
      file.slice(0, -1),
      file.replace("\n", "\n\n"),
      [...lines.slice(0, 3), "", ...lines.slice(3)].join("\n"),
      [lines[0], lines.slice(1, -2).join(""), ...lines.slice(-2)].join("\n"),
      `${FIRST_LINE}\n${LAST_LINE}\n`,
      `${FIRST_LINE}\n\n${LAST_LINE}\n`,
    ];
    for (const other of others) await expect(parseIdentityFile(engine, other)).rejects.toThrow(malformed);
  });

  test("with one byte more or less, of another version or protection, is refused though its checksum is right", async () => {
    const body = bodyOf(file);
    await expect(parse(concat(body, Uint8Array.of(0)))).rejects.toThrow(malformed);
    await expect(parse(body.slice(0, -1))).rejects.toThrow(malformed);
    await expect(parse(patched(body, 0, [2]))).rejects.toThrow(refusal("unsupported"));
    await expect(parse(patched(body, 1, [2]))).rejects.toThrow(malformed);
    await expect(parse(flipped(body, 50))).rejects.toThrow(refusal("bad-signature"));
  });

  test("whose seeds are not the recipient's does not unlock", async () => {
    const { ada, ben } = people;
    const head = bodyOf(file).slice(0, 2 + 1313);
    for (const seeds of [
      [ada.signSeed, ada.kemSeed],
      [ben.kemSeed, ada.signSeed],
      [ada.kemSeed, ben.signSeed],
    ] as const) {
      const parsed = await parseIdentityFile(engine, await armoured(concat(head, ...seeds)));
      await expect(parsed.unlock(undefined)).rejects.toThrow(refusal("mismatch"));
    }
  });
});

describe("an identity file under a passphrase", () => {
  const COST_AT = 2 + 1313;
  let file: string;
  beforeAll(async () => {
    file = await formatProtectedIdentityFile(quickEngine, people.ada, "correct horse");
  });

  test("pays Argon2id at its floor, and opens with the passphrase alone", async () => {
    const real = await formatProtectedIdentityFile(engine, people.ada, "correct horse");
    const parsed = await parseIdentityFile(engine, real);
    expect(parsed).toMatchObject({ protection: "passphrase", recipient: people.ada.recipient });
    expect(await parsed.unlock("correct horse")).toEqual(people.ada);
    expect(toHex(bodyOf(real).slice(COST_AT, COST_AT + 9))).toBe("000100000000000301");
  });

  test("holds the keys although they are wiped while the passphrase is stretched", async () => {
    const { ada } = people;
    const held = { ...ada, kemSeed: ada.kemSeed.slice(), signSeed: ada.signSeed.slice() };
    const writing = formatProtectedIdentityFile(quickEngine, held, "correct horse");
    held.kemSeed.fill(0);
    held.signSeed.fill(0);
    const read = await parseIdentityFile(quickEngine, await writing);
    expect((await read.unlock("correct horse")).signSeed).toEqual(ada.signSeed);
  });

  test("holds nothing of the seeds outside its box", async () => {
    const text = toHex(bodyOf(file));
    expect(text).not.toContain(toHex(people.ada.kemSeed));
    expect(text).not.toContain(toHex(people.ada.signSeed));
    expect(bodyOf(file)).toHaveLength(2 + 1313 + 25 + 136);
    const again = await formatProtectedIdentityFile(quickEngine, people.ada, "correct horse");
    expect(bodyOf(again).slice(COST_AT + 9, COST_AT + 25)).not.toEqual(
      bodyOf(file).slice(COST_AT + 9, COST_AT + 25),
    );
  });

  test("has its box under the key that the format derives", async () => {
    const body = bodyOf(file);
    const argon2 = body.slice(COST_AT, COST_AT + 25);
    const { member } = people.ada.recipient;
    const stretched = await quickEngine.argon2id({
      password: utf8("correct horse"),
      salt: argon2.slice(9),
      memoryKiB: 65536,
      passes: 3,
      lanes: 1,
      lengthBytes: 32,
    });
    const info = concat(utf8("chirograph/v1/identity-key\0"), argon2, member);
    const key = await engine.hkdfSha512({ inputKey: stretched, info, lengthBytes: 32 });
    const { openBox } = await import("../src/layer1/box.ts");
    const context = concat(utf8("chirograph/v1/identity\0"), member);
    expect(await openBox(engine, { key, context, sealed: body.slice(COST_AT + 25) })).toEqual(
      concat(people.ada.kemSeed, people.ada.signSeed),
    );
  });

  test("takes a passphrase in any normal form", async () => {
    const composed = await formatProtectedIdentityFile(quickEngine, people.ada, "caf\u00e9");
    const parsed = await parseIdentityFile(quickEngine, composed);
    expect(await parsed.unlock("cafe\u0301")).toEqual(people.ada);
  });

  test.each([undefined, "", "correct hors", "Correct horse", "correct horse "])(
    "does not open with %j",
    async (passphrase) => {
      const parsed = await parseIdentityFile(quickEngine, file);
      await expect(parsed.unlock(passphrase)).rejects.toThrow(refusal("wrong-passphrase"));
    },
  );

  test("is not written under an empty passphrase or a cost outside the limits", async () => {
    await expect(formatProtectedIdentityFile(quickEngine, people.ada, "")).rejects.toThrow(RangeError);
    const cheap = { ...LOWEST_COST, memoryKiB: 65_535 };
    await expect(formatProtectedIdentityFile(quickEngine, people.ada, "x", cheap)).rejects.toThrow(
      refusal("out-of-limits"),
    );
    const dear = await formatProtectedIdentityFile(quickEngine, people.ada, "x", HIGHEST_COST);
    expect(await (await parseIdentityFile(quickEngine, dear)).unlock("x")).toEqual(people.ada);
  });

  test("is refused with any one character changed, before any Argon2id", async () => {
    const stingy = { ...engine, argon2id: () => Promise.reject(new Error("paid for a damaged file")) };
    for (const index of Array.from(file).keys()) {
      await expect(parseIdentityFile(stingy, replaced(file, index)), `character ${index}`).rejects.toThrow(
        malformed,
      );
    }
  });

  test.each([
    ["too little memory", 0, [0, 0, 0xff, 0xff]],
    ["too much memory", 0, [0, 0x10, 0, 1]],
    ["endless memory", 0, [0xff, 0xff, 0xff, 0xff]],
    ["too few passes", 4, [0, 0, 0, 2]],
    ["too many passes", 4, [0, 0, 0, 11]],
    ["no lane", 8, [0]],
    ["too many lanes", 8, [5]],
  ])("that asks for %s is refused before any work", async (_, offset, values) => {
    const body = patched(bodyOf(file), COST_AT + offset, values);
    await expect(parseIdentityFile(engine, await armoured(body))).rejects.toThrow(refusal("out-of-limits"));
  });

  test("that was moved to another recipient, or whose box is of another length, does not open", async () => {
    const body = bodyOf(file);
    const moved = concat(body.slice(0, 2), people.ben.recipient.bytes, body.slice(COST_AT));
    const parsed = await parseIdentityFile(quickEngine, await armoured(moved));
    await expect(parsed.unlock("correct horse")).rejects.toThrow(refusal("wrong-passphrase"));
    await expect(parseIdentityFile(quickEngine, await armoured(body.slice(0, -1)))).rejects.toThrow(
      malformed,
    );
    await expect(
      parseIdentityFile(quickEngine, await armoured(concat(body, Uint8Array.of(1)))),
    ).rejects.toThrow(malformed);
  });

  test("that holds another's seeds does not unlock", async () => {
    const impostor: Identity = { ...people.ada, kemSeed: people.ben.kemSeed };
    const wrong = await formatProtectedIdentityFile(quickEngine, impostor, "x");
    await expect((await parseIdentityFile(quickEngine, wrong)).unlock("x")).rejects.toThrow(
      refusal("mismatch"),
    );
  });
});
