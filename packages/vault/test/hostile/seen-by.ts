// Who can notice what a hostile store does.

/** What such a store does shows only when something is written to it. */
const onlyWritersSee: ReadonlySet<string> = new Set(["drop", "resurrect deleted"]);
/** It lies to whoever lists, which only `reindex` does. */
const onlyListersSee: ReadonlySet<string> = new Set([
  "lying list",
  "stale list",
  "duplicates in lists",
  "endless list",
]);

/** Nothing was written to it, so nothing can be noticed. */
export function isSeenByNobody(name: string): boolean {
  return onlyWritersSee.has(name);
}

/** Whoever reads objects and their lengths, as `verify` does, notices. */
export function isSeenByReaders(name: string): boolean {
  return !onlyWritersSee.has(name) && !onlyListersSee.has(name);
}
