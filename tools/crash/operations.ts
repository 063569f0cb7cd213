import { toHex, Word } from "@chirograph/core";
import { finishErasures, type OpenChart, repairVault } from "@chirograph/vault";
import { contentOf, type OpenFixture, WORDS } from "./fixture.ts";
import { say } from "./journal.ts";

/** Everything that a child may be killed over. */
export type Operation = "put" | "share" | "revoke" | "erase" | "word" | "repair" | "reseal";

export const operations: readonly Operation[] = [
  "put",
  "share",
  "revoke",
  "erase",
  "word",
  "repair",
  "reseal",
];

/** The chart, under whichever of the two words it is now. */
export async function unlock({
  facts,
  vault,
  person,
}: OpenFixture): Promise<{ chart: OpenChart; word: string }> {
  const owner = await person("owner");
  const opened = await Promise.allSettled(
    WORDS.map(async (word) => ({ chart: await vault.unlock(facts.chart, owner, new Word(word)), word })),
  );
  const one = opened.find((result) => result.status === "fulfilled");
  if (one === undefined) throw (opened[0] as PromiseRejectedResult).reason;
  return one.value;
}

/** @param mark makes the names of what is put differ from run to run */
export async function perform(operation: Operation, fixture: OpenFixture, mark: string): Promise<void> {
  const { facts, keeping, person } = fixture;
  switch (operation) {
    case "put": {
      const { chart } = await unlock(fixture);
      const { alpha } = facts.records;
      const sources = [
        { name: `first-${mark}` },
        { name: `second-${mark}` },
        { name: `alpha-${mark}`, record: alpha! },
        { name: `large-${mark}` },
      ];
      for (const { name } of sources) say({ said: "try", what: "put", name });
      const puts = chart.put(
        sources.map(({ name, record }) => ({
          content: () => contentOf(name),
          ...(record !== undefined && { record }),
        })),
      );
      for await (const { index, record, version } of puts)
        say({ said: "ack", what: "put", name: sources[index]!.name, record, version });
      return;
    }
    case "share": {
      const { chart } = await unlock(fixture);
      say({ said: "try", what: "share", person: "colleague" });
      await chart.share((await person("colleague")).recipient, 1);
      say({ said: "ack", what: "share", person: "colleague" });
      const record = facts.records["beta"]!;
      say({ said: "try", what: "share-record", record });
      await chart.shareRecord((await person("specialist")).recipient, record);
      say({ said: "ack", what: "share-record", record });
      return;
    }
    case "revoke": {
      const { chart } = await unlock(fixture);
      const { member } = (await person("colleague")).recipient;
      if (!chart.chart.state.members.has(toHex(member))) return;
      say({ said: "try", what: "revoke", person: "colleague" });
      await chart.revoke(member);
      say({ said: "ack", what: "revoke", person: "colleague" });
      return;
    }
    case "erase": {
      const { chart } = await unlock(fixture);
      const record = expendable(fixture, chart);
      if (record === undefined) return;
      say({ said: "try", what: "erase", record });
      await chart.erase(record);
      await finishErasures(keeping, {});
      say({ said: "ack", what: "erase", record });
      return;
    }
    case "word": {
      const { chart, word } = await unlock(fixture);
      const other = WORDS.find((one) => one !== word)!;
      say({ said: "try", what: "word", word: other });
      await chart.changeWord(new Word(other));
      say({ said: "ack", what: "word", word: other });
      return;
    }
    case "repair": {
      say({ said: "try", what: "repair" });
      await repairVault(keeping, {});
      say({ said: "ack", what: "repair" });
      return;
    }
    case "reseal": {
      const { chart } = await unlock(fixture);
      say({ said: "try", what: "reseal" });
      await chart.reseal();
      await finishErasures(keeping, {});
      say({ said: "ack", what: "reseal" });
      return;
    }
  }
}

/** A record that the other operations do not need and that is not erased yet. */
function expendable({ facts }: OpenFixture, { chart }: OpenChart): string | undefined {
  const { gamma, ...needed } = facts.records;
  const there = Array.from(chart.state.records)
    .filter(([id, { erased }]) => !erased && !Object.values(needed).includes(id))
    .map(([id]) => id);
  return there.find((id) => id === gamma) ?? there.at(-1);
}
