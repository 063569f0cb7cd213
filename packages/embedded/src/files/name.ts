import { quoted } from "@chirograph/core";

/**
 * A file name from outside, fit for a terminal: what could move the cursor, hide text or turn it round is written
 * as an escape.
 */
export function showName(name: string): string {
  return isPlainName(name) ? name : quoted(name);
}

export function isPlainName(name: string): boolean {
  return !/[\p{C}\p{Zl}\p{Zp}"\\\ufffd]/u.test(name);
}
