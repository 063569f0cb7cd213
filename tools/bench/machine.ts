import { execFileSync } from "node:child_process";
import { cpus, freemem, release, totalmem, type as systemName } from "node:os";
import { readFileSync } from "node:fs";

/** Where it was measured. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly system: string;
  readonly node: string;
  readonly openssl: string;
  /** Of the folder where it was measured. */
  readonly fileSystem: string;
  /** By name, what each other program says of itself. */
  readonly peers: Readonly<Record<string, string>>;
}

export function lookAtMachine(folder: string, peers: Readonly<Record<string, string>>): Machine {
  return {
    processor: cpus()[0]?.model.trim() ?? "unknown",
    cores: cpus().length,
    memoryBytes: totalmem(),
    system: `${systemName()} ${release().split("-")[0]}`,
    node: process.versions.node,
    openssl: process.versions.openssl ?? "unknown",
    fileSystem: fileSystemOf(folder),
    peers,
  };
}

export function fileSystemOf(folder: string): string {
  try {
    return execFileSync("stat", ["-f", "-c", "%T", folder], { encoding: "utf8", stdio: "pipe" }).trim();
  } catch {
    return "unknown";
  }
}

/** Memory that could be taken without paging anything out. */
export function availableMemory(): number {
  try {
    const [, kib] = /^MemAvailable:\s+(\d+) kB$/m.exec(readFileSync("/proc/meminfo", "utf8")) ?? [];
    if (kib !== undefined) return Number(kib) * 1024;
  } catch {
    // Not a Linux.
  }
  return freemem();
}
