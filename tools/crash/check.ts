import { toHex, Word } from "@chirograph/core";
import { readAll, readTable, type Store } from "@chirograph/stores";
import { type OpenChart, openKeeper, repairVault, VaultError, verifyVault } from "@chirograph/vault";
import { createHash } from "node:crypto";
import { bytesOf, type OpenFixture, openFixture } from "./fixture.ts";
import type { Entry } from "./journal.ts";
import { unlock } from "./operations.ts";

/** By then every lease of whoever died is over. */
const LATER_MS = 60_000;
/** Head mark and share stand before the first block; the first block of fragment 1 begins with layer 1's salt. */
const SHARE_OFFSET = 16;
const BLOCKS_OFFSET = 49;
const SALT_BYTES = 24;

/**
 * Everything that must hold after a death, whatever the dead had said.
 * @returns what does not hold, in words
 */
export async function check(folder: string, said: readonly Entry[]): Promise<string[]> {
  const fixture = await openFixture(folder);
  const problems: string[] = [];
  const require = (holds: boolean, problem: string): void => {
    if (!holds) problems.push(problem);
  };
  try {
    const keeping = { ...fixture.keeping, now: () => Date.now() + LATER_MS };
    await openKeeper(keeping).recover();
    const before = await visibleNames(fixture);
    await repairVault(keeping, {});
    const report = await verifyVault(keeping, {});
    const findings = [...report.repairable, ...report.lost].map(({ kind }) => kind);
    require(findings.length === 0, `verify after repair finds: ${findings.join(", ")}`);

    const { chart, word } = await unlock(fixture);
    const after = await readAllVersions(chart, require);
    require([...before].every((version) =>
      after.has(version),
    ), "a version that was visible before repair is gone");
    checkPuts(said, chart, after, require);
    await checkErasures(said, chart, fixture, require);
    await checkSharing(said, word, fixture, require);
    checkWord(said, word, require);
    await checkUniqueness([...fixture.keeping.stores.values()], require);
  } finally {
    await fixture.keeping.rows.close();
  }
  return problems;
}

type Require = (holds: boolean, problem: string) => void;

async function visibleNames(fixture: OpenFixture): Promise<Set<string>> {
  const { chart } = await unlock(fixture);
  return new Set(visibleVersions(chart).map(({ version }) => version));
}

function visibleVersions({ chart }: OpenChart): { record: string; version: string }[] {
  return Array.from(chart.state.records).flatMap(([record, { versions }]) =>
    versions.filter(({ erased }) => !erased).map(({ version }) => ({ record, version: toHex(version) })),
  );
}

/** Opens every version that is visible; gives the name of each. Nothing half is visible: all must open whole. */
async function readAllVersions(chart: OpenChart, require: Require): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  for (const { record, version } of visibleVersions(chart)) {
    try {
      const opened = await chart.open(record, version);
      const name = opened.inside.metadata.get("name")!;
      const pieces: Uint8Array[] = [];
      for await (const piece of opened.content()) pieces.push(piece);
      require(Buffer.concat(pieces).equals(bytesOf(name)), `${name} came back changed`);
      names.set(version, name);
    } catch (error) {
      require(false, `version ${version} is visible and does not open: ${String(error)}`);
    }
  }
  return names;
}

function checkPuts(
  said: readonly Entry[],
  chart: OpenChart,
  names: ReadonlyMap<string, string>,
  require: Require,
): void {
  const resealed = said.some(
    ({ said: how, ...entry }) => how === "try" && "what" in entry && entry.what === "reseal",
  );
  for (const entry of said) {
    if (entry.said !== "ack" || entry.what !== "put") continue;
    const { record, version, name } = entry;
    const state = chart.chart.state.records.get(record!);
    const erased = said.some((other) => "what" in other && other.what === "erase" && other.record === record);
    if (erased && (state?.erased ?? false)) continue;
    const again =
      resealed &&
      visibleVersions(chart).some((one) => one.record === record && names.get(one.version) === name);
    require(names.get(version!) === name || again, `${name} was acknowledged and is lost`);
  }
}

async function checkErasures(
  said: readonly Entry[],
  { chart }: OpenChart,
  { keeping }: OpenFixture,
  require: Require,
): Promise<void> {
  const erased = said.flatMap((entry) =>
    entry.said === "ack" && entry.what === "erase" ? [entry.record] : [],
  );
  for (const record of erased) {
    require(chart.state.records.get(record)?.erased ===
      true, `erasing ${record} was acknowledged and did not happen`);
    const versions = chart.state.records.get(record)?.versions.map(({ version }) => toHex(version)) ?? [];
    const rows = await keeping.rows.versions(versions);
    require(rows.every(
      ({ envelope, places }) => envelope === undefined && places.every((place) => place === null),
    ), `something of the erased record ${record} is left in the catalogue`);
  }
}

async function checkSharing(
  said: readonly Entry[],
  word: string,
  { facts, vault, person }: OpenFixture,
  require: Require,
): Promise<void> {
  const last = said.findLast(
    (entry) => "what" in entry && (entry.what === "share" || entry.what === "revoke"),
  );
  if (last?.said === "ack" && "what" in last) {
    const opened = await opens(vault.unlock(facts.chart, await person("colleague"), new Word(word)));
    if (last.what === "share")
      require(opened, "sharing was acknowledged and the colleague cannot open the chart");
  }
  const granted = said.some((entry) => entry.said === "ack" && entry.what === "share-record");
  const revoked = said.some((entry) => "what" in entry && entry.what === "reseal");
  if (granted && !revoked) {
    const chart = await vault.unlock(facts.chart, await person("specialist"), new Word(word));
    const beta = facts.records["beta"]!;
    require(await opens(
      chart.open(beta),
    ), "sharing a record was acknowledged and the specialist cannot open it");
  }
}

async function opens(attempt: Promise<unknown>): Promise<boolean> {
  try {
    await attempt;
    return true;
  } catch (error) {
    if (error instanceof VaultError) throw error;
    return false;
  }
}

function checkWord(said: readonly Entry[], word: string, require: Require): void {
  const last = said.findLast((entry) => "what" in entry && entry.what === "word");
  if (last?.said === "ack" && "word" in last)
    require(word === last.word, "the new word was acknowledged and does not open");
}

/** No two fragments share a salt of layer 1, one id is one content, and no two statements are sealed alike. */
async function checkUniqueness(stores: readonly Store[], require: Require): Promise<void> {
  const contents = new Map<string, string>();
  const salts = new Map<string, string>();
  for (const store of stores) {
    for (let after: string | undefined; ;) {
      const page = await store.list({ prefix: "", limit: 1000, ...(after !== undefined && { after }) });
      for (const { name } of page.filter((head) => head.name !== "vault")) {
        for (const { id, kind, offset, lengthBytes } of await readTable(store, name)) {
          const bytes = await readAll(store, name, { offset, lengthBytes });
          const key = `${kind} ${toHex(id)}`;
          const digest = createHash("sha256").update(bytes).digest("hex");
          require((contents.get(key) ?? digest) === digest, `${key} lies somewhere with another content`);
          contents.set(key, digest);
          const isFirst = kind === "fragment" && bytes[SHARE_OFFSET] === 1;
          if (kind === "fragment" && !isFirst) continue;
          const start = kind === "fragment" ? BLOCKS_OFFSET : 0;
          const salt = toHex(bytes.subarray(start, start + SALT_BYTES));
          require((salts.get(salt) ?? key) ===
            key, `${key} and ${salts.get(salt)} are sealed under one salt`);
          salts.set(salt, key);
        }
      }
      if (page.length < 1000) break;
      after = page.at(-1)!.name;
    }
  }
}
