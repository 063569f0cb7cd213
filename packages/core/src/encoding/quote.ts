/** A name in quotes, with everything that could move a cursor, hide text or turn it round written as an escape. */
export function quoted(name: string): string {
  return JSON.stringify(name).replaceAll(
    /[\p{C}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`,
  );
}
