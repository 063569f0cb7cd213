import type { Engine } from "@chirograph/engine/interface";
import { concat } from "../encoding/bytes.ts";
import { labelled } from "../encoding/label.ts";
import { epochBytes, type Scope, scopeBytes } from "../ids.ts";
import { suiteNumbered } from "../suite.ts";

const KEY_BYTES = 32;

/** The secrets of one chart and epoch. */
export interface EpochSecrets {
  readonly chartKey: Uint8Array;
  readonly guardKey: Uint8Array;
  readonly chartSecret: Uint8Array;
}

/** What a reader with the word has for one version: the first two of the three locks. */
export interface VersionSecrets {
  readonly readerSecret: Uint8Array;
  readonly chartSecret: Uint8Array;
}

/** The hash that lets a reader notice a wrong secret, and nobody test anything: the secret is 32 random bytes. */
export function secretCheck(
  engine: Engine,
  of: "chart-key" | "guard-key" | "chart-secret",
  place: { chart: Uint8Array; epoch: number },
  secret: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  return engine.sha256([labelled(`check/${of}`, place.chart, epochBytes(place.epoch), secret)]);
}

/** The same for the secrets of a classic version. */
export function classicKeyCheck(
  engine: Engine,
  place: Pick<Scope, "chart" | "record" | "version">,
  secrets: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
  return engine.sha256([labelled("check/classic-key", place.chart, place.record, place.version, secrets)]);
}

/** docs/format.md, section 7. */
export function deriveReaderSecret(
  engine: Engine,
  chartKey: Uint8Array,
  version: Pick<Scope, "chart" | "epoch" | "record" | "version">,
): Promise<Uint8Array<ArrayBuffer>> {
  const info = labelled(
    "reader-secret",
    version.chart,
    epochBytes(version.epoch),
    version.record,
    version.version,
  );
  return engine.hkdfSha512({ inputKey: chartKey, info, lengthBytes: KEY_BYTES });
}

/** All three locks together: the key of layer 1. */
export function deriveContentKey(
  engine: Engine,
  secrets: VersionSecrets,
  fragmentSecret: Uint8Array,
  scope: Scope,
): Promise<Uint8Array<ArrayBuffer>> {
  return engine.hkdfSha512({
    inputKey: concat(secrets.readerSecret, secrets.chartSecret, fragmentSecret),
    info: labelled("content-key", scopeBytes(scope), epochBytes(scope.epoch)),
    lengthBytes: suiteNumbered(scope.suite).keyBytes,
  });
}

export function deriveCardKey(
  engine: Engine,
  readerSecret: Uint8Array,
  scope: Scope,
): Promise<Uint8Array<ArrayBuffer>> {
  return derive(engine, "card-key", readerSecret, scope);
}

export function deriveInsideKey(
  engine: Engine,
  { readerSecret, chartSecret }: VersionSecrets,
  scope: Scope,
): Promise<Uint8Array<ArrayBuffer>> {
  return derive(engine, "inside-key", concat(readerSecret, chartSecret), scope);
}

/** In the classic profile there is no chart secret. */
export function deriveClassicInsideKey(
  engine: Engine,
  readerSecret: Uint8Array,
  scope: Scope,
): Promise<Uint8Array<ArrayBuffer>> {
  return derive(engine, "classic-inside-key", readerSecret, scope);
}

export function deriveMarkKey(
  engine: Engine,
  chartSecret: Uint8Array,
  scope: Scope,
): Promise<Uint8Array<ArrayBuffer>> {
  return derive(engine, "mark-key", chartSecret, scope);
}

function derive(
  engine: Engine,
  label: "card-key" | "inside-key" | "classic-inside-key" | "mark-key",
  inputKey: Uint8Array,
  scope: Scope,
): Promise<Uint8Array<ArrayBuffer>> {
  const info = labelled(label, scopeBytes(scope), epochBytes(scope.epoch));
  return engine.hkdfSha512({ inputKey, info, lengthBytes: KEY_BYTES });
}
