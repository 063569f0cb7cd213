import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { createFile, replaceFile } from "@chirograph/embedded/files";

const folder = mkdtempSync(join(tmpdir(), "chirograph-small-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("a file is made once, whole and for its user alone, and nothing else stays", async () => {
  const path = join(folder, "made");
  await createFile(path, "first\n");
  expect(readFileSync(path, "utf8")).toBe("first\n");
  expect(statSync(path).mode & 0o077).toBe(0);
  await expect(createFile(path, "second\n")).rejects.toMatchObject({ code: "EEXIST" });
  expect(readFileSync(path, "utf8")).toBe("first\n");
  expect(readdirSync(folder)).toEqual(["made"]);
});

test("of eight who make it at once one does", async () => {
  const path = join(folder, "raced");
  const made = await Promise.allSettled(
    Array.from({ length: 8 }, (_, index) => createFile(path, `${index}`)),
  );
  expect(made.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(readFileSync(path, "utf8")).toBe(`${made.findIndex(({ status }) => status === "fulfilled")}`);
});

test("a file is replaced as a whole", async () => {
  const path = join(folder, "made");
  await replaceFile(path, "third\n");
  expect(readFileSync(path, "utf8")).toBe("third\n");
  expect(readdirSync(folder).toSorted()).toEqual(["made", "raced"]);
});
