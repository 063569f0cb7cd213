import { StoreError } from "./error.ts";

const LONGEST_NAME = 128;
const grammar = new RegExp(`^[a-z0-9][a-z0-9-]{0,${LONGEST_NAME - 1}}$`);

/** 1 to 128 characters of a–z, 0–9 and "-", the first a letter or a digit: safe in every URL and every file system. */
export function isName(name: string): boolean {
  return grammar.test(name);
}

/** @throws StoreError `invalid` */
export function checkName(name: string): void {
  if (!isName(name)) throw new StoreError("invalid", "That is no name for an object.");
}
