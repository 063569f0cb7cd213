import type { ReactElement } from "react";
import type { Problem } from "../worker/contract.ts";
import { en } from "../texts/en.ts";
import { explainProblem } from "../texts/problems.ts";
import { Button } from "./Button.tsx";
import { Notice } from "./Notice.tsx";

interface ProblemNoticeProps {
  readonly problem: Problem | undefined;
  readonly onRetry?: () => void;
}

/** What happened, what is safe, what to do, and the exact words of whoever found it. Nothing while there is no problem. */
export function ProblemNotice({ problem, onRetry }: ProblemNoticeProps): ReactElement | null {
  if (problem === undefined) return null;
  const { happened, safe, todo } = explainProblem(problem);
  return (
    <Notice
      tone="bad"
      title={happened}
      actions={
        onRetry !== undefined && (
          <Button size="small" onClick={onRetry}>
            {en.parts.tryAgain}
          </Button>
        )
      }
    >
      <p>{safe}</p>
      <p>{todo}</p>
      <details className="notice-detail">
        <summary>{en.parts.details}</summary>
        <p className="mono">
          {problem.source}/{problem.code}: {problem.detail}
        </p>
      </details>
    </Notice>
  );
}
