// What must hold whatever a few stores do.
import { expect } from "vitest";
import type { Id } from "../../src/catalogue.ts";
import type { VerifyReport } from "../../src/keeper/verify/verify.ts";
import { readAllOf, unlock } from "./looking.ts";
import { describeSet } from "./sets.ts";
import type { Original, Scene } from "./scene.ts";
import type { Trial } from "./trial.ts";

export const NOBODY: readonly Id[] = [];

export function expectOnly(accused: Iterable<Id>, hostile: readonly Id[]): void {
  expect([...new Set(accused)].filter((id) => !hostile.includes(id))).toEqual(NOBODY);
}

export function expectExactly(accused: Iterable<Id>, hostile: readonly Id[]): void {
  expect([...new Set(accused)].toSorted()).toEqual([...hostile].toSorted());
}

/** Every byte is right, none is refused, and no honest store is blamed. */
export async function expectAllReadable(
  { vault }: Pick<Trial, "vault">,
  scene: Pick<Scene, "chart">,
  versions: readonly Original[],
  hostile: readonly Id[],
): Promise<void> {
  const { refused, accused } = await readAllOf(await unlock(vault, scene), versions);
  expect(refused).toEqual([]);
  expectOnly(accused, hostile);
}

export function expectClean({ repairable, lost, leftToDelete, unreachable }: VerifyReport): void {
  const nothing = { repairable: [], lost: [], leftToDelete: [], unreachable: [] };
  expect({ repairable, lost, leftToDelete, unreachable }).toEqual(nothing);
}

/** Says of a failure whose hostility it was. */
export async function expectInSet(hostile: readonly Id[], check: () => Promise<void>): Promise<void> {
  try {
    await check();
  } catch (error) {
    throw new Error(`${describeSet(hostile)}: ${(error as Error).message}`, { cause: error });
  }
}
