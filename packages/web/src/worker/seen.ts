import type { Seen } from "@chirograph/vault";
import type { Database } from "./database.ts";

/** The newest that this browser has seen of each chart: whoever shows less is refused. */
export function seenIn(database: Database): Seen {
  return {
    recall: (chart) => database.get("seen", chart),
    async remember(chart, seen) {
      const transaction = database.transaction("seen", "readwrite");
      const before = await transaction.store.get(chart);
      // Another tab may have seen more meanwhile.
      if (before === undefined || before.generation <= seen.generation)
        await transaction.store.put(seen, chart);
      await transaction.done;
    },
  };
}
