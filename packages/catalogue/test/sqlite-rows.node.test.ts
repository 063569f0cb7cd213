import { VaultError } from "@chirograph/vault";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { rowsContract } from "../../vault/test/rows-contract.ts";
import { beginReserved, firstCommit, store1, store2 } from "../../vault/test/rows-samples.ts";
import { dumpRows } from "../../vault/test/rows-dump.ts";
import { createSqliteRows, openSqliteRows } from "../src/sqlite/sqlite-rows.ts";

let folder: string;
let files = 0;
const newFile = (): string => join(folder, `${files++}.sqlite`);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "chirograph-rows-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

rowsContract("SQLite", () => createSqliteRows(newFile()));

test("an intent's bytes may be a Buffer, which has a JSON form of its own", async () => {
  const rows = await createSqliteRows(newFile());
  const { intent, made } = firstCommit();
  const versions = intent.versions.map((version) => ({
    ...version,
    envelope: Buffer.from(version.envelope!),
  }));
  await beginReserved(rows, {
    ...intent,
    links: intent.links.map((link) => ({ ...link, bytes: Buffer.from(link.bytes) })),
    versions,
  });
  expect(await rows.intents()).toEqual([intent]);
  await rows.finish(intent.batch, new Set());
  expect(await rows.versions([made.version])).toEqual([made]);
  await rows.close();
});

describe("the file", () => {
  test("keeps its rows from one opening to the next, under any umask for its owner only", async () => {
    const file = newFile();
    const umask = process.umask(0);
    const rows = await createSqliteRows(file);
    const { intent } = firstCommit();
    await beginReserved(rows, intent);
    await rows.finish(intent.batch, new Set([store1, store2]));
    process.umask(umask);
    const names = (await readdir(folder)).filter((name) => join(folder, name).startsWith(file));
    expect(names).toHaveLength(3);
    for (const name of names) expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
    const dump = await dumpRows(rows);
    await rows.close();
    const again = await openSqliteRows(file);
    expect(await dumpRows(again)).toEqual(dump);
    await again.close();
  });

  test("is not made by opening it", async () => {
    const file = newFile();
    await expect(openSqliteRows(file)).rejects.toMatchObject({ code: "unknown" });
    await expect(stat(file)).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("is not made over another", async () => {
    const file = newFile();
    await writeFile(file, "a letter");
    await expect(createSqliteRows(file)).rejects.toMatchObject({ code: "exists" });
    expect((await stat(file)).size).toBe(8);
  });

  test("an interrupted creation is no catalogue", async () => {
    const file = newFile();
    await writeFile(file, "");
    await expect(openSqliteRows(file)).rejects.toMatchObject({ code: "unknown" });
  });

  test("a page that is damaged is malformed, whatever is asked for", async () => {
    const file = newFile();
    const rows = await createSqliteRows(file);
    const { intent } = firstCommit();
    await beginReserved(rows, intent);
    await rows.finish(intent.batch, new Set([store1, store2]));
    await rows.close();
    const database = new DatabaseSync(file);
    const { page } = database
      .prepare("SELECT rootpage AS page FROM sqlite_schema WHERE name = 'version'")
      .get()!;
    database.close();
    const bytes = await readFile(file);
    await writeFile(file, bytes.fill(0xa5, (Number(page) - 1) * 4096, Number(page) * 4096));
    const damaged = await openSqliteRows(file);
    for (const ask of [
      () => damaged.pageVersions({ limit: 9 }),
      () => damaged.versions([intent.versions[0]!.version]),
      () => damaged.gone(intent.versions.map(({ version }) => version)),
    ]) {
      await expect(ask()).rejects.toMatchObject({ name: "VaultError", code: "malformed" });
    }
    await damaged.close();
  });

  test("anything else is malformed", async () => {
    const letter = newFile();
    await writeFile(letter, "not a database ".repeat(100));
    await expect(openSqliteRows(letter)).rejects.toMatchObject({ code: "malformed" });
    for (const change of ["user_version = 2", "application_id = 5"]) {
      const file = newFile();
      await (await createSqliteRows(file)).close();
      const database = new DatabaseSync(file);
      database.exec(`PRAGMA ${change}`);
      database.close();
      await expect(openSqliteRows(file)).rejects.toBeInstanceOf(VaultError);
      await expect(openSqliteRows(file)).rejects.toMatchObject({ code: "malformed" });
    }
  });
});
