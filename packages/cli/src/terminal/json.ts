/**
 * JSON that is also fit for a terminal: names come from outside, and what could move the cursor, hide text or turn it
 * round is written as an escape, which means the same to a program.
 */
export function toJson(document: unknown): string {
  return JSON.stringify(document, null, 2).replaceAll(/(?!\n)[\p{C}\p{Zl}\p{Zp}]/gu, (character) =>
    character.replaceAll(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`),
  );
}
