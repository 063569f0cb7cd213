// node tools/decoder/main.ts DIR IDENTITY-FILE WORD-FILE OUT [PASSPHRASE-FILE]
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { decodeFolder } from "./decode.ts";

/** A file of one line, with or without the line feed at its end. */
const oneLine = (path: string): string => readFileSync(path, "utf8").replace(/\r?\n$/, "");

async function main(args: readonly string[]): Promise<void> {
  const [folder, identityFile, wordFile, out, passphraseFile] = args;
  if (folder === undefined || identityFile === undefined || wordFile === undefined || out === undefined) {
    throw new Error("needs: DIR IDENTITY-FILE WORD-FILE OUT [PASSPHRASE-FILE]");
  }
  const { shape, entries, kind, author } = await decodeFolder({
    folder,
    identityText: readFileSync(identityFile, "utf8"),
    passphrase: passphraseFile === undefined ? undefined : oneLine(passphraseFile),
    word: oneLine(wordFile),
  });
  mkdirSync(out); // a new folder, so that nothing is written over
  for (const { path, bytes } of entries) {
    const target = join(out, path);
    mkdirSync(path.endsWith("/") ? target : dirname(target), { recursive: true });
    if (!path.endsWith("/")) writeFileSync(target, bytes, { flag: "wx" });
  }
  const by = author.member === undefined ? `the key ${author.signing}` : `member ${author.member}`;
  console.log(`${shape}, ${kind}, ${entries.length} entries, sealed by ${by}`);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
