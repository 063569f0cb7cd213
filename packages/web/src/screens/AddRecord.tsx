import { type ReactElement, type RefObject, useEffect, useRef, useState } from "react";
import { Button } from "../parts/Button.tsx";
import { Card } from "../parts/Card.tsx";
import { Notice } from "../parts/Notice.tsx";
import { PageHeader } from "../parts/PageHeader.tsx";
import { ProblemNotice } from "../parts/ProblemNotice.tsx";
import { Spinner } from "../parts/Spinner.tsx";
import type { ChartView, TransferView } from "../worker/contract.ts";
import { useAction } from "../worker-client/use-action.ts";
import { useLoaded } from "../worker-client/use-loaded.ts";
import { useTransfers, useWorker } from "../worker-client/worker-context.tsx";
import { screens } from "../texts/en-screens.ts";
import { DropZone } from "./add/DropZone.tsx";
import { ProposalList } from "./add/ProposalList.tsx";
import { WordsRole } from "./add/WordsRole.tsx";
import { groupIntoProposals, type Proposal, splitProposal, toSource } from "./sources/group.ts";
import { inspectFiles } from "./sources/inspect.ts";
import { keepOnly, keepSource } from "./sources/kept-sources.ts";
import { type FoundFile, MOST_FILES } from "./sources/read-drop.ts";
import { useTurns } from "./sources/use-turns.ts";
import { TransferDetails } from "./TransferDetails.tsx";
import { TransferList } from "./TransferList.tsx";
import { Announcer } from "./way/Announcer.tsx";
import "./screens.css";

/** /charts/:chart/add: files become records, and each record's way into the stores is shown. The chart is open. */
export function AddRecord({ chart: id }: { readonly chart: string }): ReactElement {
  const worker = useWorker();
  const { data: chart, problem, reload } = useLoaded(() => worker.chart(id), [worker, id]);
  if (chart !== undefined) return <AddToChart chart={chart} />;
  return problem === undefined ? (
    <Spinner label={screens.add.loading} page />
  ) : (
    <ProblemNotice problem={problem} onRetry={reload} />
  );
}

function AddToChart({ chart }: { readonly chart: ChartView }): ReactElement {
  const worker = useWorker();
  const all = useTransfers();
  const transfers = all.filter((transfer) => transfer.chart === chart.id);
  const onTheirWay = useRef<HTMLHeadingElement>(null);
  const [hasBegun, setBegun] = useState(false);
  useEffect(() => {
    // The button that was pressed is gone; what it began is here.
    if (!hasBegun || transfers.length === 0) return;
    onTheirWay.current?.focus();
    setBegun(false);
  }, [hasBegun, transfers.length]);
  const [proposals, setProposals] = useState<readonly Proposal[]>([]);
  const [remark, setRemark] = useState<string | undefined>(undefined);
  const inspect = useTurns(async (found: readonly FoundFile[]) => {
    const fresh = groupIntoProposals(await inspectFiles(found));
    setProposals((before) => [...before, ...fresh]);
    setRemark(remarkOn(found.length, fresh.length));
  });
  const send = useAction(async () => {
    const sources = proposals.map(toSource);
    keepOnly(worker, new Set(all.map((transfer) => transfer.id)));
    const ids = await worker.put(chart.id, sources);
    ids.forEach((transfer, index) => keepSource(worker, transfer, sources[index]!));
    setProposals([]);
    setRemark(undefined);
    setBegun(true);
  });
  const replace = (proposal: Proposal, ...by: readonly Proposal[]): void =>
    setProposals((before) => before.flatMap((one) => (one === proposal ? by : [one])));
  const { add } = screens;

  return (
    <div className="stack stack-wide">
      <PageHeader
        title={add.title}
        intro={add.intro}
        above={[
          { href: "/charts", label: screens.charts },
          { href: `/charts/${chart.id}`, label: chart.label },
        ]}
      />
      <Card>
        <DropZone
          onFiles={inspect.take}
          isBusy={inspect.isBusy}
          isSmall={proposals.length + transfers.length > 0}
        />
        <ProblemNotice problem={inspect.problem} />
        {remark !== undefined && <Notice tone="warn">{remark}</Notice>}
        {proposals.length > 0 && (
          <>
            <ProposalList
              proposals={proposals}
              onRename={(proposal, name) => replace(proposal, { ...proposal, name })}
              onSplit={(proposal) => replace(proposal, ...splitProposal(proposal))}
              onRemove={(proposal) => replace(proposal)}
            />
            <WordsRole length={chart.wordLength} />
            <ProblemNotice problem={send.problem} />
            <div className="form-actions">
              <Button
                kind="primary"
                icon="lock"
                busy={send.isBusy || inspect.isBusy}
                onClick={() => void send.run()}
              >
                {add.send(proposals.length)}
              </Button>
            </div>
          </>
        )}
      </Card>
      <OnTheirWay transfers={transfers} heading={onTheirWay} />
    </div>
  );
}

function remarkOn(found: number, proposed: number): string | undefined {
  if (found >= MOST_FILES) return screens.add.tooMany(MOST_FILES);
  return proposed === 0 ? screens.add.nothingFound : undefined;
}

interface OnTheirWayProps {
  readonly transfers: readonly TransferView[];
  readonly heading: RefObject<HTMLHeadingElement | null>;
}

/** The chart's transfers, and the way of one of them in full: the one that was chosen, else the one that moves. */
function OnTheirWay({ transfers, heading }: OnTheirWayProps): ReactElement | null {
  const [chosen, setChosen] = useState<string | undefined>(undefined);
  const moving = transfers.find(
    ({ state }) => state === "sealing" || state === "sending" || state === "committing",
  );
  const shown = transfers.find(({ id }) => id === chosen) ?? moving ?? transfers.at(-1);
  if (shown === undefined) return null;
  return (
    <section className="stack" aria-labelledby="on-their-way">
      <h2 ref={heading} id="on-their-way" tabIndex={-1}>
        {screens.transfer.title}
      </h2>
      <Announcer transfers={transfers} />
      <div className={transfers.length > 1 ? "beside" : undefined}>
        {transfers.length > 1 && (
          <TransferList transfers={transfers} onChoose={setChosen} chosen={shown.id} />
        )}
        <TransferDetails key={shown.id} transfer={shown} />
      </div>
    </section>
  );
}
