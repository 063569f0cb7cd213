// What the core seals today, opened by the decoder that shares no code with it.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createIdentity, type FolderPlan, formatIdentityFile, sealFolder, Word } from "@chirograph/core";
import { createEngine } from "@chirograph/engine";
import { afterAll, expect, test } from "vitest";
import { decodeFolder } from "./decode.ts";

const engine = createEngine();
const temporary = mkdtempSync(join(tmpdir(), "chirograph-interop-"));
afterAll(() => rmSync(temporary, { recursive: true }));

const locked = { profile: "locked", suite: "aes-128", padded: true } as const;

const cases: readonly { name: string; word: string; bytes: number; how: FolderPlan["how"]; lost: number }[] =
  [
    { name: "empty, nothing lost", word: "adk21937", bytes: 0, how: locked, lost: 0 },
    {
      name: "one byte unpadded, two lost",
      word: "adk21937",
      bytes: 1,
      how: { ...locked, padded: false },
      lost: 2,
    },
    {
      name: "aes-256, several stripes, three lost",
      word: "adk219375xyz",
      bytes: 1_700_001,
      how: { ...locked, suite: "aes-256" },
      lost: 3,
    },
    {
      name: "k = 2 of 9, seven lost",
      word: "ädk21937😀",
      bytes: 70_000,
      how: { ...locked, tolerate: 7 },
      lost: 7,
    },
    { name: "k = n", word: "adk21937", bytes: 16_384, how: { ...locked, tolerate: 0 }, lost: 0 },
    {
      name: "classic, parts of three and four bytes",
      word: "adk21937",
      bytes: 0,
      how: { profile: "classic" },
      lost: 0,
    },
    {
      name: "classic, more than one run",
      word: "äβ日😀5678",
      bytes: 9_000_001,
      how: { profile: "classic" },
      lost: 0,
    },
  ];

test.each(cases)("$name", async ({ name, word, bytes, how, lost }) => {
  const identity = await createIdentity(engine);
  const folder = join(temporary, name.replaceAll(" ", "-"));
  mkdirSync(folder);
  const content = new Uint8Array(bytes).map((_, index) => (index * 7 + (index >> 8)) % 256);
  const fragments: { name: string; parts: Uint8Array[] }[] = [];
  const { envelopeFile } = await sealFolder(
    engine,
    {
      author: identity,
      readers: [identity.recipient],
      word: new Word(word),
      time: 0,
      how,
      content: {
        shape: "file",
        entries: [{ path: "scan.bin", bytes }],
        kind: "application/octet-stream",
        metadata: new Map([["study", "7"]]),
        data: piecesOf(content),
      },
    },
    {
      open: async (planned) =>
        void fragments.push(...planned.map((fragment) => ({ ...fragment, parts: [] }))),
      write: async (index, piece) => void fragments[index]!.parts.push(piece.slice()),
    },
  );
  writeFileSync(join(folder, "envelope"), envelopeFile);
  // The first ones are data fragments: losing them makes the decoder solve for what is gone.
  for (const fragment of fragments.slice(lost))
    writeFileSync(join(folder, fragment.name), Buffer.concat(fragment.parts));

  const decoded = await decodeFolder({
    folder,
    identityText: await formatIdentityFile(engine, identity),
    word,
  });
  expect(decoded.shape).toBe("file");
  expect(decoded.author.member).toBe(Buffer.from(identity.recipient.member).toString("hex"));
  expect(decoded.entries.map(({ path }) => path)).toEqual(["scan.bin"]);
  expect(Buffer.compare(decoded.entries[0]!.bytes, content)).toBe(0);
});

async function* piecesOf(content: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < content.length; offset += 100_003)
    yield content.subarray(offset, offset + 100_003);
}
