import { join } from "node:path";
import { DRAFTS, subfolderOf } from "../subfolders.ts";

export const PRIVATE_FILE = 0o600;
export const PRIVATE_FOLDER = 0o700;

export function draftsOf(folder: string): string {
  return join(folder, DRAFTS);
}

export function pathOf(folder: string, name: string): string {
  return join(folder, subfolderOf(name), name);
}
