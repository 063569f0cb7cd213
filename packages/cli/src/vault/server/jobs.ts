import { setTimeout as pause } from "node:timers/promises";
import type { ErasureReport, Progress } from "@chirograph/vault";
import { type Connection, errorOf, type Job, type JobKind, type Reports, WireError } from "@chirograph/wire";
import { Failure } from "../../failure.ts";
import { showName } from "../../terminal/name.ts";
import type { Controls } from "../open-vault.ts";

const POLL_MS = 200;

type Done<Kind extends JobKind> = Extract<Job, { kind: Kind }> & { readonly report: Reports[Kind] };

/** Has the server do long work, or waits for what runs already, and looks how far it is until it is done. */
export async function runJob<Kind extends JobKind>(
  connection: Connection,
  kind: Kind,
  { signal, onProgress }: Controls,
): Promise<Done<Kind>> {
  let job = await connection.startJob(kind);
  while (job.state === "running") {
    tell(job, onProgress);
    await pause(POLL_MS, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) {
      await connection.stopJob(job.id);
      throw signal.reason;
    }
    job = await newer(connection, job, kind);
  }
  return requireDone(job, kind);
}

/** How far a job is now, or the one of its kind that has come after it. */
async function newer(connection: Connection, { id }: Job, kind: JobKind): Promise<Job> {
  try {
    return await connection.job(id);
  } catch (error) {
    if (error instanceof WireError && error.code === "unknown") return connection.startJob(kind);
    throw error;
  }
}

/** The newest erasing that the server did or does. */
export async function newestErasing(connection: Connection): Promise<Job | undefined> {
  return (await connection.jobs()).find(({ kind }) => kind === "erasures");
}

/**
 * Erases what tombstones name. The server begins by itself when one is committed, and may be done before it is asked;
 * or it was at it before, and has passed what was committed meanwhile.
 * @param before the newest erasing when the vault was opened
 */
export async function finishErasures(
  connection: Connection,
  before: Job | undefined,
  controls: Controls,
): Promise<ErasureReport> {
  const reports: ErasureReport[] = [];
  const itself = await newestErasing(connection);
  if (itself?.kind === "erasures" && itself.id !== before?.id && itself.report !== null)
    reports.push(itself.report);
  let asked = await runJob(connection, "erasures", controls);
  if (asked.id === before?.id) {
    reports.push(asked.report);
    asked = await runJob(connection, "erasures", controls);
  }
  return [...reports, asked.report].reduce(together);
}

/** What one run after another did, and what is left after the last. */
function together(first: ErasureReport, next: ErasureReport): ErasureReport {
  return {
    erased: [...new Set([...first.erased, ...next.erased])],
    unfinished: next.unfinished,
    stores: next.stores.map((answer) => {
      const earlier = first.stores.find(({ store }) => store === answer.store);
      return {
        ...answer,
        deleted: answer.deleted + (earlier?.deleted ?? 0),
        rewritten: answer.rewritten + (earlier?.rewritten ?? 0),
      };
    }),
  };
}

function tell({ progress }: Job, onProgress: Controls["onProgress"]): void {
  if (progress === null) return;
  const { what, done, total } = progress;
  onProgress({ what: showName(what) as Progress["what"], done, ...(total === null ? {} : { total }) });
}

function requireDone<Kind extends JobKind>(job: Job, kind: Kind): Done<Kind> {
  if (job.kind === kind && job.state === "done" && job.report !== null) return job as Done<Kind>;
  if (job.problem !== null) throw errorOf(job.problem) ?? new Error("A job failed for no known reason.");
  throw new Failure("io", "The server has stopped the work.", { hint: "Run it again to go on." });
}
