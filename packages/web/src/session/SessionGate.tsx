import { type ReactElement, type ReactNode, useEffect, useState } from "react";
import { Button } from "../parts/Button.tsx";
import { PageHeader } from "../parts/PageHeader.tsx";
import { Spinner } from "../parts/Spinner.tsx";
import { en } from "../texts/en.ts";
import { Entrance } from "../app/Entrance.tsx";
import { openSession, type SessionAnswer, takeToken } from "./session.ts";

interface SessionGateProps {
  /** Of the token that the address carried when the page was opened. */
  readonly first: Promise<SessionAnswer>;
  readonly children: ReactNode;
}

/** Lets nobody further who has no session with the server, and says how to get one. */
export function SessionGate({ first, children }: SessionGateProps): ReactElement {
  const [answer, setAnswer] = useState<SessionAnswer | undefined>(undefined);

  useEffect(() => {
    // What is open stays open, with all that is on the page: a later address may be used or mistyped.
    const take = (next: SessionAnswer): void => setAnswer((before) => (before === "open" ? before : next));
    void first.then(take);
    // The server's address, opened in this tab, changes nothing but the fragment.
    const arrive = (): void => {
      const token = takeToken();
      if (token !== undefined) void openSession(token).then(take);
    };
    addEventListener("hashchange", arrive);
    return () => removeEventListener("hashchange", arrive);
  }, [first]);

  if (answer === "open") return <>{children}</>;
  if (answer === undefined) return <Spinner page label={en.parts.loading} />;
  return <NoSession answer={answer} onRetry={() => void openSession(undefined).then(setAnswer)} />;
}

interface NoSessionProps {
  readonly answer: Exclude<SessionAnswer, "open">;
  readonly onRetry: () => void;
}

function NoSession({ answer, onRetry }: NoSessionProps): ReactElement {
  const { title, text, steps } = en.session[answer];
  return (
    <Entrance>
      <PageHeader title={title} intro={text} />
      <ol className="entrance-steps">
        {steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      <div>
        <Button onClick={onRetry}>{en.parts.tryAgain}</Button>
      </div>
    </Entrance>
  );
}
