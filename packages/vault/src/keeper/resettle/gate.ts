import { toHex } from "@chirograph/core";
import { VaultError } from "../../error.ts";
import { pause } from "../../pause.ts";
import type { Keeping } from "../keeping.ts";
import { Recovery } from "../recovery.ts";
import { encodeSettings } from "../settings-format.ts";

/** How often it is looked whether what was begun has ended, and how long it is waited between: about 15 s in all. */
const MOST_LOOKS = 150;
const LOOK_MS = 100;

/** Kept among the jobs: whoever comes after a run that died must know it, whichever stores answer him. */
const JOB = "resettle";

/** The settings that stores were told of last. */
interface Told {
  readonly generation: number;
  /** SHA-256 of the settings, hexadecimal. */
  readonly hash: string;
}

/**
 * Whether an earlier run may have told a store of these settings: then they can only be carried on with, since a
 * catalogue that is made again would take them for the vault's.
 * @throws VaultError `busy` where they were told of others of the same generation
 */
export async function isToldToStores(keeping: Keeping): Promise<boolean> {
  const text = await keeping.rows.job(JOB);
  const told = text === undefined ? undefined : (JSON.parse(text) as Told);
  if (told === undefined || told.generation < keeping.settings.generation) return false;
  if (told.hash === (await hashOf(keeping))) return true;
  throw new VaultError(
    "busy",
    "Another change of the vault's stores was begun and not ended: it has to be ended first.",
  );
}

export async function sayToldToStores(keeping: Keeping): Promise<void> {
  const told: Told = { generation: keeping.settings.generation, hash: await hashOf(keeping) };
  await keeping.rows.saveJob(JOB, JSON.stringify(told));
}

async function hashOf({ engine, settings }: Keeping): Promise<string> {
  return toHex(await engine.sha256([encodeSettings(settings)]));
}

/** Commits of a vault's settings may begin, whatever a run that died has left. */
export async function open({ rows, settings }: Keeping): Promise<void> {
  await rows.setGeneration(settings.generation);
}

/**
 * From here on only whoever knows the new settings begins a commit; those that had begun have ended.
 * @throws VaultError `busy`; then it is open again
 */
export async function close(before: Keeping, after: Keeping): Promise<void> {
  await after.rows.setGeneration(after.settings.generation);
  const recovery = new Recovery(before);
  for (let looks = 0; looks < MOST_LOOKS; looks++) {
    if ((await before.rows.intents()).length === 0) return;
    await recovery.finishAll();
    await pause(LOOK_MS);
  }
  throw new VaultError(
    "busy",
    "A commit that was begun has not ended: stores that it needs may be away. Nothing was changed; run it again.",
  );
}
