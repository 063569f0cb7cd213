import type { Inside } from "@chirograph/core";

/** Under this key a record of many files has its name. */
export const TITLE = "title";

/** What people call a record: its file's name, or the title of a folder. */
export function nameOf({ shape, entries, metadata }: Pick<Inside, "shape" | "entries" | "metadata">): string {
  return metadata.get(TITLE) ?? (shape === "file" ? entries[0]!.path : `${entries.length} files`);
}
