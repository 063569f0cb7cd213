import type { ReactElement, ReactNode } from "react";
import { Notice } from "../parts/Notice.tsx";
import { viewersEn } from "../texts/en-viewers.ts";
import type { ViewerError } from "./problem.ts";

/** What is wrong with a file, and that nothing is lost. */
export function ViewerProblem({
  error,
  children,
}: {
  readonly error: ViewerError;
  readonly children?: ReactNode;
}): ReactElement {
  return (
    <Notice tone="bad" title={viewersEn.failed.title} actions={children}>
      <p data-problem={error.code}>{viewersEn.errors[error.code]}</p>
      {error.message !== "" && <p className="notice-detail">{viewersEn.detail(error.message)}</p>}
      <p>{viewersEn.failed.keep}</p>
    </Notice>
  );
}
