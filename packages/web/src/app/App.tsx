import type { ReactElement } from "react";
import { IdentityGate } from "../identity/IdentityGate.tsx";
import { ArrivalProvider } from "../parts/arrival.tsx";
import { PreferencesProvider } from "../preferences/preferences-context.tsx";
import type { SessionAnswer } from "../session/session.ts";
import { SessionGate } from "../session/SessionGate.tsx";
import { WorkerProvider } from "../worker-client/worker-context.tsx";
import { PageBoundary } from "./PageBoundary.tsx";
import { Pages } from "./Pages.tsx";
import { Shell } from "./Shell.tsx";

/** From the outside in: a session with the server, an unlocked identity, the pages. */
export function App({ session }: { readonly session: Promise<SessionAnswer> }): ReactElement {
  return (
    <PreferencesProvider>
      <ArrivalProvider>
        <PageBoundary>
          <SessionGate first={session}>
            <WorkerProvider>
              <IdentityGate>
                <Shell>
                  <Pages />
                </Shell>
              </IdentityGate>
            </WorkerProvider>
          </SessionGate>
        </PageBoundary>
      </ArrivalProvider>
    </PreferencesProvider>
  );
}
