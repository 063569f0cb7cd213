import type { CandidateFile, Word } from "@chirograph/core";

/** Bytes of the longest character in UTF-8. */
const LONGEST_CHARACTER = 4;

/** Which place (from 0) a classic file has in its word, and which one follows, by the characters at its ends. */
export async function classicPlace(
  word: Word,
  { source }: CandidateFile,
): Promise<{ index: number | undefined; next: number | undefined }> {
  const { sizeBytes } = source;
  const width = Math.min(LONGEST_CHARACTER, sizeBytes);
  const begin = await source.read(0, width);
  const end = await source.read(sizeBytes - width, width);
  const characters = word.characters.map((character) => Buffer.from(character));
  const index = characters.findIndex((bytes) => bytes.equals(begin.subarray(0, bytes.length)));
  const next = characters.findIndex((bytes) =>
    bytes.equals(end.subarray(Math.max(0, end.length - bytes.length))),
  );
  return { index: index < 0 ? undefined : index, next: next < 0 ? undefined : next };
}
