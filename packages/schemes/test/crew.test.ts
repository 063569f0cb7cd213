import { describe, expect, it } from "vitest";
import type { Task } from "../src/paillier/arithmetic/task.ts";
import { Crew } from "../src/paillier/crew.ts";
import { Reply } from "../src/paillier/reply.ts";

/** Hands that say who they are, one task at a time; a task of no values makes them fail. */
function makeCrew(size: number): { crew: Crew; started: () => number; stopped: () => number } {
  let [started, stopped] = [0, 0];
  const crew = new Crew(size, () => {
    started++;
    let busy = false;
    return {
      async run(task) {
        if (busy) throw new Error("two tasks at once");
        busy = true;
        await new Promise((resolve) => setTimeout(resolve, 1));
        busy = false;
        if (task.type !== "total") throw new Error("another task");
        if (task.weights.length === 0) throw new Error("this hand fails");
        return Float64Array.from(task.weights);
      },
      async stop() {
        stopped++;
      },
    };
  });
  return { crew, started: () => started, stopped: () => stopped };
}

const taskOf =
  (...weights: number[]): (() => Task) =>
  () => ({
    type: "total",
    key: { n: new Uint8Array(), noiseBase: new Uint8Array() },
    ciphertexts: new Uint8Array(),
    weights: Float64Array.from(weights),
  });

describe("a crew", () => {
  it("gives results in order, never two tasks to one hand, and starts no more hands than it has", async () => {
    const { crew, started, stopped } = makeCrew(2);
    const numbers = Array.from({ length: 9 }, (_, index) => index);
    const runs = [1, 2, 3].map(() =>
      crew.runAll(
        numbers.map((number) => taskOf(number)),
        () => {},
      ),
    );
    for (const results of await Promise.all(runs)) {
      expect(results).toEqual(numbers.map((number) => Float64Array.of(number)));
    }
    expect(started()).toBe(2);
    await crew.stop();
    expect(stopped()).toBe(2);
  });

  it("goes on after a hand has failed, with another one in its place", async () => {
    const { crew } = makeCrew(1);
    const bad = crew.runAll([taskOf()], () => {});
    const good = crew.runAll([taskOf(5), taskOf(6)], () => {});
    await expect(bad).rejects.toThrow("this hand fails");
    expect(await good).toEqual([Float64Array.of(5), Float64Array.of(6)]);
    expect(await crew.runAll([taskOf(7)], () => {})).toEqual([Float64Array.of(7)]);
  });

  it("makes no more tasks of a job after one of them has failed", async () => {
    const { crew } = makeCrew(3);
    let made = 0;
    const counted = Array.from({ length: 50 }, (_, index) => () => {
      made++;
      return index === 3 ? taskOf()() : taskOf(index)();
    });
    await expect(crew.runAll(counted, () => {})).rejects.toThrow("this hand fails");
    // Whatever would still come, comes within some rounds.
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(made).toBeLessThan(10);
  });
});

describe("the reply of a thread", () => {
  it("is the result of each task in turn", async () => {
    const reply = new Reply();
    for (const number of [1, 2]) {
      const result = await reply.to(() => reply.give(Float64Array.of(number)));
      expect(result).toEqual(Float64Array.of(number));
    }
  });

  it("is an error when the thread ends at a task, and when it ended before, with the first reason", async () => {
    const busy = new Reply();
    await expect(busy.to(() => busy.end(new Error("out of memory")))).rejects.toThrow("out of memory");
    const idle = new Reply();
    idle.end(new Error("out of memory"));
    idle.end(new Error("ended early"));
    let isSent = false;
    const send = (): void => {
      isSent = true;
    };
    await expect(idle.to(send)).rejects.toThrow("out of memory");
    expect(isSent).toBe(false);
  });
});
