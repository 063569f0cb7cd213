import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { createEngine } from "@chirograph/engine";
import { describe, expect, test } from "vitest";
import { openClassic } from "../src/classic/open.ts";
import { parseEnvelopeFile } from "../src/folder/envelope-file.ts";
import { surveyFragments } from "../src/folder/survey.ts";
import { parseIdentityFile } from "../src/identity/file.ts";
import { openVersion } from "../src/record/open.ts";
import { unlockChart } from "../src/chart/unlock.ts";
import { Word } from "../src/word/rules.ts";

const engine = createEngine();
const golden = join(import.meta.dirname, "..", "..", "..", "golden");
const examples = readdirSync(golden).filter((name) => existsSync(join(golden, name, "sealed")));

describe("every build opens the sealed examples of every earlier one", () => {
  test("there are examples", () => expect(examples.length).toBeGreaterThanOrEqual(4));

  test.each(examples)("%s", async (name) => {
    const folder = join(golden, name);
    const opened = await open(folder);
    const whole: Uint8Array[] = [];
    for await (const piece of opened.content()) whole.push(Uint8Array.from(piece));

    const expected = filesIn(join(folder, "content"));
    const files = opened.inside.entries.filter(({ path }) => !path.endsWith("/"));
    expect(files.map(({ path }) => path)).toEqual(expected.map(({ path }) => path));
    expect(Buffer.concat(whole).equals(Buffer.concat(expected.map(({ bytes }) => bytes)))).toBe(true);
  });
});

async function open(folder: string): ReturnType<typeof openClassic> {
  const oneLine = (file: string): string => readFileSync(join(folder, file), "utf8").replace(/\n$/, "");
  const identityFile = await parseIdentityFile(engine, readFileSync(join(folder, "identity.txt"), "utf8"));
  const identity = await identityFile.unlock(
    identityFile.protection === "passphrase" ? oneLine("passphrase.txt") : undefined,
  );
  const word = new Word(oneLine("word.txt"));
  const { chart, envelope } = await parseEnvelopeFile(
    engine,
    readFileSync(join(folder, "sealed", "envelope")),
  );
  const candidates = readdirSync(join(folder, "sealed"))
    .filter((name) => name !== "envelope")
    .map((name) => {
      const bytes = new Uint8Array(readFileSync(join(folder, "sealed", name)));
      const read = async (offset: number, length: number): Promise<Uint8Array> =>
        bytes.subarray(offset, offset + length);
      return { name, source: { sizeBytes: bytes.length, read } };
    });
  const { places, known } = await surveyFragments(engine, envelope, candidates);
  return envelope.profile === "locked"
    ? openVersion(engine, await unlockChart(engine, chart, identity, word), envelope, known)
    : openClassic(
        engine,
        chart,
        identity,
        word,
        envelope,
        places.map(({ found }) => found[0]!.source),
      );
}

function filesIn(folder: string): { path: string; bytes: Buffer }[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({
      path: relative(folder, path).split(sep).join("/").normalize("NFC"),
      bytes: readFileSync(path),
    }))
    .toSorted((left, right) => Buffer.compare(Buffer.from(left.path), Buffer.from(right.path)));
}
