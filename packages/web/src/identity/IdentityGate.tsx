import {
  lazy,
  type ReactElement,
  type ReactNode,
  Suspense,
  useCallback,
  useEffect,
  useMemo,
  useState,
} from "react";
import { Entrance } from "../app/Entrance.tsx";
import { PageHeader } from "../parts/PageHeader.tsx";
import { ProblemNotice } from "../parts/ProblemNotice.tsx";
import { Spinner } from "../parts/Spinner.tsx";
import { en } from "../texts/en.ts";
import type { KeptIdentity } from "../worker/contract.ts";
import { useLoaded } from "../worker-client/use-loaded.ts";
import { useWorker } from "../worker-client/worker-context.tsx";
import { IdentityContext } from "./identity-context.ts";

const Welcome = lazy(async () => ({ default: (await import("./Welcome.tsx")).Welcome }));
const Unlock = lazy(async () => ({ default: (await import("./Unlock.tsx")).Unlock }));

interface Found {
  readonly identity: KeptIdentity | undefined;
  readonly isUnlocked: boolean;
}

/** Lets nobody further without an unlocked identity: makes one, or unlocks the one that is kept. */
export function IdentityGate({ children }: { readonly children: ReactNode }): ReactElement {
  const worker = useWorker();
  const asked = useLoaded(
    async (): Promise<Found> => ({
      identity: await worker.identity(),
      isUnlocked: await worker.isUnlocked(),
    }),
    [worker],
  );
  const [found, setFound] = useState<Found | undefined>(undefined);
  useEffect(() => {
    if (asked.data !== undefined) setFound(asked.data);
  }, [asked.data]);

  const unlocked = useCallback((identity: KeptIdentity) => setFound({ identity, isUnlocked: true }), []);
  const removed = useCallback(() => setFound({ identity: undefined, isUnlocked: false }), []);
  const lock = useCallback(() => {
    // The page shows nothing more at once, whatever the worker still has to put away.
    setFound((before) => before && { ...before, isUnlocked: false });
    worker.lock().catch(asked.reload);
  }, [worker, asked.reload]);

  const identity = found?.identity;
  const state = useMemo(
    () => identity && { identity, changed: unlocked, lock, removed },
    [identity, unlocked, lock, removed],
  );

  if (asked.problem !== undefined) return <CannotStart problem={asked.problem} onRetry={asked.reload} />;
  if (found === undefined) return <Spinner page label={en.parts.loading} />;
  if (state !== undefined && found.isUnlocked)
    return <IdentityContext value={state}>{children}</IdentityContext>;
  return (
    <Entrance>
      <Suspense fallback={<Spinner page label={en.parts.loading} />}>
        {identity === undefined ? (
          <Welcome onMade={unlocked} />
        ) : (
          <Unlock identity={identity} onUnlocked={() => unlocked(identity)} onRemoved={removed} />
        )}
      </Suspense>
    </Entrance>
  );
}

function CannotStart({ problem, onRetry }: Parameters<typeof ProblemNotice>[0]): ReactElement {
  return (
    <Entrance>
      <PageHeader title={en.broken.title} />
      <ProblemNotice problem={problem} {...(onRetry && { onRetry })} />
    </Entrance>
  );
}
