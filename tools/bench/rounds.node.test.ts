import { describe, expect, test } from "vitest";
import { CommandFailed } from "./command.ts";
import type { EntryId } from "./results.ts";
import { interleave } from "./rounds.ts";

const contestant = (id: EntryId, log: string[], fails = false) => ({
  id,
  name: id,
  syncs: false,
  prepare: async () => void log.push(`prepare ${id}`),
  async run() {
    log.push(id);
    if (fails) throw new CommandFailed("it has no such option");
    return { seconds: 1 };
  },
  clear: () => void log.push(`clear ${id}`),
});
const tell = (): void => undefined;

describe("rounds", () => {
  test("warm up once, then take turns, and clear up each time", async () => {
    const log: string[] = [];
    const all = [contestant("chirograph", log), contestant("age", log)];
    const entries = await interleave(all, { rounds: 2, tell });
    const runs = log.filter((line) => !line.includes(" "));
    expect(runs).toEqual(["chirograph", "age", "chirograph", "age", "age", "chirograph"]);
    expect(log.slice(0, 3)).toEqual(["prepare chirograph", "chirograph", "clear chirograph"]);
    expect(log.filter((line) => line.startsWith("clear"))).toHaveLength(6);
    expect(entries.map(({ runs: counted }) => counted.length)).toEqual([2, 2]);
  });

  test("a peer that fails is left out and says why; when we fail, that is an error", async () => {
    const log: string[] = [];
    const failing = contestant("age", log, true);
    const [us, peer] = await interleave([contestant("chirograph", log), failing], { rounds: 1, tell });
    expect(us!.runs).toHaveLength(1);
    expect(peer).toMatchObject({ runs: [], absent: "it has no such option" });
    expect(log.filter((line) => line === "clear age")).toHaveLength(1);
    await expect(interleave([contestant("chirograph", log, true)], { rounds: 1, tell })).rejects.toThrow(
      CommandFailed,
    );
  });
});
