import { createEngine } from "@chirograph/engine";
import {
  createPaillier,
  type Paillier,
  type SchemeError,
  type SchemeErrorCode,
} from "@chirograph/schemes/paillier";
import { afterAll, expect } from "vitest";

export const engine = createEngine();

/** One crew for a file of tests, stopped at its end. */
export function usePaillier(): Paillier {
  const paillier = createPaillier(engine, 2);
  afterAll(() => paillier.stop());
  return paillier;
}

/** A series of one row. */
export function rowOf(columns: number): { frames: number; rows: number; columns: number; samples: number } {
  return { frames: 1, rows: 1, columns, samples: 1 };
}

export async function expectCode(run: () => unknown, code: SchemeErrorCode): Promise<void> {
  const error = await (async () => {
    await run();
  })().catch((thrown: unknown) => thrown);
  expect((error as SchemeError | undefined)?.code).toBe(code);
}
