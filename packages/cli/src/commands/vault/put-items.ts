import type { OpenChart } from "@chirograph/vault";
import { Failure } from "../../failure.ts";
import { findContent, type FoundContent } from "../../inputs/walk.ts";
import type { Attempt, PutJournal } from "../../vault/journal.ts";

/** What becomes one version of one record. */
export interface Item {
  readonly content: FoundContent;
  /** What the journal knows it by. */
  readonly digest: string;
  /** Where an earlier run of the same put has put it. */
  readonly done: Attempt | undefined;
}

/** Everything that is to become a version, in the order in which it was named. */
export async function findContents(paths: readonly string[], asOne: boolean): Promise<FoundContent[]> {
  const found: FoundContent[] = [];
  for (const path of paths) {
    const content = await findContent(path);
    if (asOne || content.shape === "file") found.push(content);
    else for (const file of filesOf(content)) found.push(file);
  }
  if (found.length === 0) throw new Failure("badData", "There is no file to put.");
  return found;
}

/** Each file of a folder as a record of its own, under the last part of its path. */
function filesOf({ entries }: FoundContent): FoundContent[] {
  return entries
    .filter(({ file }) => file !== undefined)
    .map((entry) => ({ shape: "file", entries: [{ ...entry, path: entry.path.split("/").at(-1)! }] }));
}

export function itemsOf(contents: readonly FoundContent[], journal: PutJournal, chart: OpenChart): Item[] {
  const known = chart.chart.state.recordOf;
  const occurrences = new Map<string, number>();
  return contents.map((content) => {
    const first = journal.digest(content, 0);
    const occurrence = occurrences.get(first) ?? 0;
    occurrences.set(first, occurrence + 1);
    const digest = occurrence === 0 ? first : journal.digest(content, occurrence);
    const done = journal.attemptsOf(digest).find(({ version }) => known.has(version));
    return { content, digest, done };
  });
}
