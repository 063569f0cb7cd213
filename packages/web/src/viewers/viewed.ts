import type { OpenedView } from "../worker/contract.ts";

interface Range {
  readonly first: number;
  readonly end: number;
}

/** How a viewer gets at bytes; both come from whoever opened the record. */
export interface Access {
  readonly read: (file: string, range?: Range) => Promise<Uint8Array<ArrayBuffer>>;
  /** An address for players and downloads. The type is what the bytes say. */
  readonly mediaUrl: (file: string, type: string) => string;
}

export type OpenedFile = OpenedView["files"][number];

/** What each viewer is given. */
export interface ViewedFile extends Access {
  readonly file: OpenedFile;
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
