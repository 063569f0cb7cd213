import type { ReactElement } from "react";
import { ProblemNotice } from "../../parts/ProblemNotice.tsx";
import type { TransferView } from "../../worker/contract.ts";
import { useAction } from "../../worker-client/use-action.ts";
import { useWorker } from "../../worker-client/worker-context.tsx";
import { FileButtons } from "../add/FileButtons.tsx";
import { type FoundFile } from "../sources/read-drop.ts";
import { groupIntoProposals, toSource } from "../sources/group.ts";
import { inspectFiles } from "../sources/inspect.ts";
import { keepSource } from "../sources/kept-sources.ts";

/** Begins a transfer afresh, under new secrets, from files that are chosen again; the old one ends. */
export function ChooseAgain({ transfer }: { readonly transfer: TransferView }): ReactElement {
  const worker = useWorker();
  const { id, chart, record } = transfer;
  const begin = useAction(async (found: readonly FoundFile[]) => {
    const sources = groupIntoProposals(await inspectFiles(found)).map(toSource);
    const { records } = await worker.chart(chart);
    // A record whose first version never arrived is none; then it becomes another one.
    const isVersion = record !== undefined && records.some((known) => known.id === record);
    const addressed = sources.map((source) => (isVersion ? { ...source, record } : source));
    await worker.cancelTransfer(id);
    await worker.forgetTransfer(id);
    const ids = await worker.put(chart, addressed);
    ids.forEach((begun, index) => keepSource(worker, begun, addressed[index]!));
  });
  return (
    <>
      <FileButtons onFiles={(found) => void begin.run(found)} isBusy={begin.isBusy} />
      <ProblemNotice problem={begin.problem} />
    </>
  );
}
