// What stands in the state folder, without a vault.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SeenChart } from "@chirograph/vault";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findContent } from "../../src/inputs/walk.ts";
import { type Attempt, PutJournal, type PutTerms } from "../../src/vault/journal.ts";
import { openSeen } from "../../src/vault/seen.ts";

let folder: string;

function mark(generation: number, head: string): SeenChart {
  return { genesis: "1".repeat(64), generation, heads: [head.repeat(64)] };
}

function attempt(digit: string): Attempt {
  return { record: digit.repeat(32), version: digit.repeat(32) };
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "chirograph-state-"));
  process.env["CHIROGRAPH_STATE"] = folder;
});

afterAll(() => {
  delete process.env["CHIROGRAPH_STATE"];
  rmSync(folder, { recursive: true, force: true });
});

describe("what was seen of a chart", () => {
  const chart = "c".repeat(32);

  test("is remembered, never less than before, in a private file", async () => {
    expect(await openSeen().recall(chart)).toBe(undefined);
    await openSeen().remember(chart, mark(1, "a"));
    await openSeen().remember(chart, mark(3, "b"));
    await openSeen().remember(chart, mark(2, "a"));
    expect(await openSeen().recall(chart)).toEqual(mark(3, "b"));
    expect(readdirSync(join(folder, "seen"))).toEqual([`${chart}.json`]);
    expect(statSync(join(folder, "seen", `${chart}.json`)).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, "seen")).mode & 0o777).toBe(0o700);
  });

  test.each(["", "{}", '{"format":"chirograph-seen-2"}'])(
    "is refused when it is damaged: %j",
    async (text) => {
      writeFileSync(join(folder, "seen", `${chart}.json`), text);
      await expect(openSeen().recall(chart)).rejects.toMatchObject({ code: "malformed" });
    },
  );
});

describe("the journal of a put", () => {
  const key = new Uint8Array(32).fill(7);
  const terms: PutTerms = {
    chart: "c".repeat(32),
    record: undefined,
    asOne: false,
    sources: ["clinic-report"],
  };

  test("keeps attempts by what was put, and goes when the put is complete", async () => {
    const file = join(folder, "clinic-report");
    writeFileSync(file, "findings");
    const content = await findContent(file);
    const journal = await PutJournal.open(key, terms);
    const digest = journal.digest(content, 0);
    expect(journal.digest(content, 1)).not.toBe(digest);
    await Promise.all(["1", "2", "3"].map((digit) => journal.note(digest, attempt(digit))));
    await journal.close();

    const [name] = readdirSync(join(folder, "puts"));
    const text = readFileSync(join(folder, "puts", name!), "utf8");
    for (const clear of ["clinic-report", "findings", folder]) expect(name! + text).not.toContain(clear);

    // A crash cuts the last line short.
    writeFileSync(join(folder, "puts", name!), text.slice(0, -10));
    const again = await PutJournal.open(key, terms);
    expect(again.attemptsOf(digest)).toEqual([attempt("1"), attempt("2")]);
    await again.note(digest, attempt("4"));
    await again.close();
    const third = await PutJournal.open(key, terms);
    expect(third.attemptsOf(digest)).toEqual([attempt("1"), attempt("2"), attempt("4")]);
    // A source that has changed is another one.
    writeFileSync(file, "other findings");
    expect(third.attemptsOf(third.digest(await findContent(file), 0))).toEqual([]);
    await third.complete();
    await third.close();
    expect(readdirSync(join(folder, "puts"))).toEqual([]);
  });

  test("leaves nothing of a put that attempted nothing", async () => {
    const journal = await PutJournal.open(key, terms);
    await journal.close();
    expect(readdirSync(join(folder, "puts"))).toEqual([]);
  });

  test("belongs to one put and to one key", async () => {
    const journals = await Promise.all([
      PutJournal.open(key, terms),
      PutJournal.open(key, { ...terms, asOne: true }),
      PutJournal.open(key, { ...terms, record: "d".repeat(32) }),
      PutJournal.open(key, { ...terms, sources: ["clinic-report", "x"] }),
      PutJournal.open(
        key.map((byte) => byte + 1),
        terms,
      ),
    ]);
    for (const journal of journals) await journal.note("0".repeat(64), attempt("1"));
    expect(readdirSync(join(folder, "puts"))).toHaveLength(journals.length);
    for (const journal of journals) await journal.complete().then(() => journal.close());
  });
});
