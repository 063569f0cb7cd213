import type { ReactElement } from "react";
import { LinkButton } from "../../parts/Button.tsx";
import { Notice } from "../../parts/Notice.tsx";
import { ProblemNotice } from "../../parts/ProblemNotice.tsx";
import type { TransferView } from "../../worker/contract.ts";
import { screens } from "../../texts/en-screens.ts";
import { ChooseAgain } from "./ChooseAgain.tsx";
import { useStoreNames } from "./use-store-names.ts";

/** Where a transfer does not go on by itself, or did not go all the way: what happened, what is safe, what to do. */
export function WhatToDo({ transfer }: { readonly transfer: TransferView }): ReactElement | null {
  const storeName = useStoreNames();
  const { state, chart, problem, storesMissing } = transfer;
  const { whatToDo } = screens;
  if (state === "needs-chart") {
    return (
      <Notice
        tone="warn"
        title={whatToDo.needsChart.title}
        actions={
          <LinkButton size="small" icon="key" href={`/charts/${chart}`}>
            {whatToDo.needsChart.action}
          </LinkButton>
        }
      >
        {whatToDo.needsChart.text}
      </Notice>
    );
  }
  if (state === "needs-source") {
    return (
      <Notice tone="warn" title={whatToDo.needsSource.title} actions={<ChooseAgain transfer={transfer} />}>
        {whatToDo.needsSource.text}
      </Notice>
    );
  }
  if (state === "offline") {
    return (
      <Notice tone="warn" title={whatToDo.offline.title}>
        {whatToDo.offline.text}
      </Notice>
    );
  }
  if (state === "paused") return <Notice title={whatToDo.paused.title}>{whatToDo.paused.text}</Notice>;
  if (state === "failed" && problem !== undefined) {
    return <ProblemNotice problem={problem} />;
  }
  if (storesMissing.length === 0) return null;
  return (
    <Notice
      tone="warn"
      title={whatToDo.missing.title(storesMissing.map(storeName))}
      actions={
        <LinkButton size="small" icon="stores" href="/stores">
          {whatToDo.missing.action}
        </LinkButton>
      }
    >
      {whatToDo.missing.text}
    </Notice>
  );
}
