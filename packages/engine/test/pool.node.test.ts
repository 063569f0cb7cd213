import { expect, test } from "vitest";
import { Pool, type PoolPlan } from "../src/node/threads/pool.ts";

/** Doubles numbers; dies of 13. */
const program = new URL(
  'data:text/javascript,import{parentPort}from"node:worker_threads";parentPort.on("message",(n)=>{if(n===13)process.exit(1);parentPort.postMessage(n.byteLength??2*n)})',
);
const plan: PoolPlan = { program, name: "test", size: 2, resourceLimits: {}, jobsEach: 3 };

test("every job has its own answer, however many there are", async () => {
  const pool = new Pool<number, number>(plan);
  const numbers = Array.from({ length: 40 }, (_, index) => 100 + index);
  expect(await Promise.all(numbers.map((number) => pool.perform(number)))).toEqual(
    numbers.map((number) => 2 * number),
  );
  await pool.end();
});

test("memory that is given to a thread is nobody's here", async () => {
  const pool = new Pool<ArrayBuffer, number>(plan);
  const memory = new ArrayBuffer(10);
  expect(await pool.perform(memory, [memory])).toBe(10);
  expect(memory.detached).toBe(true);
  await pool.end();
});

test("a thread that dies takes its own jobs with it, and no others for ever", async () => {
  const pool = new Pool<number, number>({ ...plan, size: 1, jobsEach: 2 });
  expect(await pool.perform(1)).toBe(2);
  const [fatal, behind, later] = [13, 3, 4].map((number) => pool.perform(number));
  await expect(fatal).rejects.toThrow();
  await expect(behind).rejects.toThrow();
  expect(await later).toBe(8);
  await pool.end();
});

test("a job that cannot be sent fails alone", async () => {
  const pool = new Pool<unknown, number>(plan);
  await expect(pool.perform(() => undefined)).rejects.toThrow();
  expect(await pool.perform(4)).toBe(8);
  await pool.end();
});

test("threads that were ended do nothing any more, and nobody waits for them", async () => {
  const pool = new Pool<number, number>(plan);
  const many = Array.from({ length: 20 }, (_, index) => pool.perform(index + 20));
  const all = Promise.allSettled(many);
  await pool.end();
  expect((await all).some(({ status }) => status === "rejected")).toBe(true);
  await expect(pool.perform(1)).rejects.toThrow();
  pool.begin();
  await expect(pool.perform(1)).rejects.toThrow();
});
