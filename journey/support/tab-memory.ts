import { readdirSync, readFileSync } from "node:fs";

/** Samples what the largest renderer of a browser holds in memory of its own. */
export class TabMemory {
  readonly #profile: string;
  readonly #timer: ReturnType<typeof setInterval>;
  #peakBytes = 0;

  /** @param profile the browser's, by which its processes are known */
  constructor(profile: string, everyMs = 250) {
    this.#profile = profile;
    this.#timer = setInterval(() => {
      this.#peakBytes = Math.max(this.#peakBytes, ...ownBytes(this.#profile));
    }, everyMs);
  }

  get peakBytes(): number {
    return this.#peakBytes;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

/**
 * RssAnon and RssShmem of every renderer: what page and workers have allocated, and what they share with the browser's
 * other processes. The browser's own program, which every tab maps, is not counted.
 */
function ownBytes(profile: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
        if (!command.includes("--type=renderer") || !isOf(profile, pid)) return [];
        const status = readFileSync(`/proc/${pid}/status`, "utf8");
        const of = (field: string): number =>
          1024 * Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(status)?.[1] ?? 0);
        return [of("RssAnon") + of("RssShmem")];
      } catch {
        // It has ended meanwhile.
        return [];
      }
    });
}

/** Whether a process descends from the browser with this profile. */
function isOf(profile: string, pid: string): boolean {
  for (let id = pid; id !== "0" && id !== "1";) {
    if (readFileSync(`/proc/${id}/cmdline`, "utf8").includes(profile)) return true;
    id = /^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${id}/status`, "utf8"))?.[1] ?? "0";
  }
  return false;
}
