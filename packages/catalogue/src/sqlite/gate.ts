import { type Gate, outdated } from "@chirograph/vault";
import type { Connection } from "./connection.ts";
import { jobState, saveJobState } from "./jobs.ts";

/** Among the jobs: one value needs no table of its own. */
const JOB = "gate";
const OPEN: Gate = { generation: 1, change: null };

export function gateOf(db: Connection): Gate {
  const text = jobState(db, JOB);
  return text === undefined ? OPEN : (JSON.parse(text) as Gate);
}

export function swapGate(db: Connection, from: Gate, to: Gate): boolean {
  if (encode(gateOf(db)) !== encode(from)) return false;
  saveJobState(db, JOB, encode(to));
  return true;
}

/** @throws VaultError `outdated` */
export function requireGeneration(db: Connection, generation: number): void {
  if (generation < gateOf(db).generation) throw outdated();
}

function encode({ generation, change }: Gate): string {
  const { settings, run, told } = change ?? {};
  return JSON.stringify({ generation, change: change && { settings, run, told } });
}
