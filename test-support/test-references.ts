import { readdirSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";

const repository = resolve(import.meta.dirname, "..");

/** `file › group › test`, as the documents name tests. */
export const REFERENCE: RegExp = /`([a-z-]+) › ([^`]+)`/g;

/** A document's text, in which line breaks do not count. */
export function readDocument(name: string): string {
  return readFileSync(join(repository, "docs", name), "utf8").replaceAll(/\n\s*/g, " ");
}

/** The tests that a text names, and those among them that are in none of these folders. */
export function testReferences(
  text: string,
  folders: readonly string[],
): { named: string[]; absent: string[] } {
  const sources = new Map<string, string>();
  const found = [...text.matchAll(REFERENCE)].filter(([, file]) => file !== "file");
  const absent = found.filter(([, file, names]) => {
    const source = sources.get(file!) ?? sourcesOf(file!, folders);
    sources.set(file!, source);
    return !names!.split(" › ").every((name) => source.includes(`"${name}"`));
  });
  return { named: found.map(([whole]) => whole), absent: absent.map(([whole]) => whole) };
}

/** All test files of that name, joined. */
function sourcesOf(file: string, folders: readonly string[]): string {
  return folders
    .flatMap((folder) =>
      readdirSync(join(repository, folder), { recursive: true, encoding: "utf8" }).map((path) =>
        join(repository, folder, path),
      ),
    )
    .filter((path) => [`${file}.test.ts`, `${file}.node.test.ts`].includes(basename(path)))
    .map((path) => readFileSync(path, "utf8"))
    .join("\n");
}
