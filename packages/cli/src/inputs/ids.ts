import { type Chart, toHex } from "@chirograph/core";
import type { Id } from "@chirograph/vault";
import { InvalidArgumentError } from "commander";
import { Failure } from "../failure.ts";

const ID = /^[0-9a-f]{32}$/;
const REFERENCE = /^([0-9a-f]{32})(?:@([0-9a-f]{32}|[1-9][0-9]{0,6}))?$/;

/** A record, or one version of it: `R`, `R@VERSION`. */
export interface RecordReference {
  readonly record: Id;
  /** Id of the version, or its number from 1. */
  readonly version: string | undefined;
}

/** For commander: an id of a chart or record. */
export function parseId(text: string): Id {
  if (ID.test(text)) return text;
  throw new InvalidArgumentError("An id has 32 hexadecimal digits.");
}

/** For commander, where an argument may be given many times. */
export function collectIds(text: string, before: readonly Id[] | undefined): Id[] {
  return [...(before ?? []), parseId(text)];
}

export function parseReference(text: string): RecordReference {
  const [, record, version] = REFERENCE.exec(text) ?? [];
  if (record === undefined)
    throw new InvalidArgumentError("It is a record's id, with @ and a version's id or number or without.");
  return { record, version };
}

/**
 * Id of the version that is meant; `undefined` stands for the current one.
 * @throws Failure `badData`
 */
export function resolveVersion({ state }: Chart, { record, version }: RecordReference): Id | undefined {
  if (version === undefined || ID.test(version)) return version;
  const versions = state.records.get(record)?.versions ?? [];
  const found = versions[Number(version) - 1];
  if (found !== undefined) return toHex(found.version);
  throw new Failure("badData", `The record has no version ${version}; it has ${versions.length}.`, {
    hint: `chirograph history ${record} lists them.`,
  });
}
