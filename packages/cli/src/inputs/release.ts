import { Failure } from "../failure.ts";
import { showName } from "../terminal/name.ts";
import type { TextInput } from "./text-input.ts";

const LINE = /^chirograph-release-1:([A-Za-z0-9_-]+)\n?$/;

/** An officer's share, wrapped to one opener, as a line of text. */
export function formatRelease(share: Uint8Array): string {
  return `chirograph-release-1:${Buffer.from(share).toString("base64url")}\n`;
}

/** @throws Failure `badData` */
export function parseRelease(file: TextInput): Uint8Array {
  const [, encoded] = LINE.exec(file.text()) ?? [];
  const share = Buffer.from(encoded ?? "", "base64url");
  if (encoded !== undefined && share.toString("base64url") === encoded) return new Uint8Array(share);
  throw new Failure("badData", `${showName(file.path)} holds no released share.`, {
    hint: "chirograph escrow release makes one.",
  });
}
