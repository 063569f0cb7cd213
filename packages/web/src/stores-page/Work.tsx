import { type ReactElement, useState } from "react";
import { Button } from "../parts/Button.tsx";
import { Card } from "../parts/Card.tsx";
import { Notice } from "../parts/Notice.tsx";
import { ProblemNotice } from "../parts/ProblemNotice.tsx";
import { Progress } from "../parts/Progress.tsx";
import { formatTime } from "../parts/quantity.ts";
import { storesPage } from "../texts/en-stores.ts";
import type { JobKind, JobView } from "../worker/contract.ts";
import { useAction } from "../worker-client/use-action.ts";
import { useWorker } from "../worker-client/worker-context.tsx";
import { Report } from "./Report.tsx";
import { useJobs } from "./use-jobs.ts";

interface WorkProps {
  readonly nameOf: (store: string) => string;
  /** The stores are not as they were. */
  readonly onEnded: () => void;
}

/** Verify and repair: started, watched, stopped, reported. */
export function Work({ nameOf, onEnded }: WorkProps): ReactElement {
  const worker = useWorker();
  const jobs = useJobs(onEnded);
  const [stopping, setStopping] = useState<string | undefined>(undefined);
  const start = useAction(async (kind: JobKind) => {
    await worker.startJob(kind);
    jobs.reload();
  });
  const stop = useAction(async (id: string) => {
    setStopping(id);
    await worker.stopJob(id);
    jobs.reload();
  });

  const all = jobs.data ?? [];
  const running = all.filter(({ state }) => state === "running");
  const ended = all
    .filter(({ state }) => state !== "running")
    .toSorted((a, b) => (b.ended ?? 0) - (a.ended ?? 0));
  const { work } = storesPage;

  return (
    <Card title={work.title}>
      <div className="halves">
        <Starter
          kind="verify"
          text={work.verifyAbout}
          running={running}
          busy={start.isBusy}
          onStart={start.run}
        />
        <Starter
          kind="repair"
          text={work.repairAbout}
          running={running}
          busy={start.isBusy}
          onStart={start.run}
        />
      </div>
      <ProblemNotice problem={start.problem ?? stop.problem ?? jobs.problem} onRetry={jobs.reload} />
      {running.map((job) => (
        <Running
          key={job.id}
          job={job}
          isStopping={stopping === job.id}
          onStop={() => void stop.run(job.id)}
        />
      ))}
      <div aria-live="polite" className="stack">
        {ended.map((job) => (
          <Ended key={job.id} job={job} nameOf={nameOf} />
        ))}
      </div>
      {all.length === 0 && !jobs.isLoading && jobs.problem === undefined && (
        <p className="soft">{work.none}</p>
      )}
    </Card>
  );
}

interface StarterProps {
  readonly kind: "verify" | "repair";
  readonly text: string;
  readonly running: readonly JobView[];
  readonly busy: boolean;
  readonly onStart: (kind: JobKind) => Promise<void>;
}

function Starter({ kind, text, running, busy, onStart }: StarterProps): ReactElement {
  const isRunning = running.some((job) => job.kind === kind);
  return (
    <div className="starter">
      <Button
        kind={kind === "verify" ? "primary" : "plain"}
        busy={busy || isRunning}
        onClick={() => void onStart(kind)}
      >
        {storesPage.work[kind]}
      </Button>
      <p className="small soft">{text}</p>
    </div>
  );
}

interface RunningProps {
  readonly job: JobView;
  readonly isStopping: boolean;
  readonly onStop: () => void;
}

function Running({ job, isStopping, onStop }: RunningProps): ReactElement {
  const { work } = storesPage;
  const { progress } = job;
  const what = progress === null ? "" : `: ${work.what[progress.what] ?? progress.what}`;
  return (
    <div className="running">
      <Progress
        label={`${work.running[job.kind]}${what}`}
        value={progress?.done ?? 0}
        max={progress?.total ?? undefined}
        detail={progress && work.progress(progress.done, progress.total)}
      />
      <Button size="small" icon="stop" busy={isStopping} onClick={onStop}>
        {isStopping ? work.stopping : work.stop}
      </Button>
    </div>
  );
}

interface EndedProps {
  readonly job: JobView;
  readonly nameOf: (store: string) => string;
}

function Ended({ job, nameOf }: EndedProps): ReactElement {
  const { work } = storesPage;
  const title = work.last(work.kind[job.kind], formatTime(job.ended ?? job.started));
  return (
    <section className="stack stack-close report">
      <h3>{title}</h3>
      {job.state === "stopped" && <Notice tone="info">{work.stopped}</Notice>}
      {job.state === "failed" && <ProblemNotice problem={job.problem ?? undefined} />}
      {job.state === "done" && <Report job={job} nameOf={nameOf} />}
    </section>
  );
}
