import { type ReactElement, useState } from "react";
import { Button, LinkButton } from "../parts/Button.tsx";
import { Card } from "../parts/Card.tsx";
import { Notice } from "../parts/Notice.tsx";
import { ProblemNotice } from "../parts/ProblemNotice.tsx";
import { Progress } from "../parts/Progress.tsx";
import { Spinner } from "../parts/Spinner.tsx";
import { keepSource } from "../screens/sources/kept-sources.ts";
import { viewersEn } from "../texts/en-viewers.ts";
import { useAction } from "../worker-client/use-action.ts";
import { useTransfers, useWorker } from "../worker-client/worker-context.tsx";
import { canFilm, makeRecords, type PatientName, recordCount } from "./patients.ts";
import "./samples.css";

const texts = viewersEn.samples;

const names: readonly PatientName[] = ["paula", "otto", "ines"];

interface SamplesOfferProps {
  /** The open chart that takes the records of one of them; without it, each has a chart and a word of his own. */
  readonly chart?: string;
  /** Records are being made: the offer must stay until its progress has been seen. */
  readonly onBegin?: () => void;
}

interface Made {
  readonly name: PatientName;
  readonly chart: string;
  readonly transfers: readonly string[];
}

/** Made-up patients, to try everything with. */
export function SamplesOffer({ chart, onBegin }: SamplesOfferProps): ReactElement {
  return (
    <Card title={texts.title}>
      <p>{texts.plain}</p>
      {chart === undefined ? <NewCharts /> : <IntoChart chart={chart} onBegin={onBegin} />}
      {!canFilm() && <p className="small soft">{texts.noFilm}</p>}
    </Card>
  );
}

interface IntoChartProps {
  readonly chart: string;
  readonly onBegin: (() => void) | undefined;
}

function IntoChart({ chart, onBegin }: IntoChartProps): ReactElement {
  const [name, setName] = useState<PatientName>("paula");
  const { made, make, isBusy, problem } = useMaking();
  const isMade = made.length > 0;
  const begin = async (): Promise<void> => {
    onBegin?.();
    await make([{ name, chart }]);
  };
  return (
    <>
      {!isMade && (
        <>
          <Choice kind="radio" chosen={[name]} onChange={setName} isDisabled={isBusy} />
          <div className="row">
            <Button busy={isBusy} onClick={() => void begin()}>
              {isBusy ? texts.making : texts.make}
            </Button>
          </div>
        </>
      )}
      <ProblemNotice problem={problem} />
      <Sealing made={made} isMaking={isBusy} hasLinks={false} />
    </>
  );
}

/** The words are shown, and must be kept, before anything is sealed under them. */
function NewCharts(): ReactElement {
  const worker = useWorker();
  const [chosen, setChosen] = useState<readonly PatientName[]>(["paula", "otto", "ines"]);
  const [words, setWords] = useState<ReadonlyMap<PatientName, string> | undefined>(undefined);
  const [isKept, setKept] = useState(false);
  const { made, make, isBusy, problem } = useMaking();
  const generate = useAction(async () => {
    const pairs = await Promise.all(chosen.map(async (name) => [name, await worker.generateWord()] as const));
    setWords(new Map(pairs));
  });
  const toggle = (name: PatientName): void => {
    setChosen(names.filter((each) => (each === name) !== chosen.includes(each)));
  };
  const begin = async (): Promise<void> => {
    await make([...words!].map(([name, word]) => ({ name, word })));
  };

  if (words === undefined) {
    return (
      <>
        <Choice kind="checkbox" chosen={chosen} onChange={toggle} isDisabled={generate.isBusy} />
        <div className="row">
          <Button busy={generate.isBusy} disabled={chosen.length === 0} onClick={() => void generate.run()}>
            {texts.next}
          </Button>
        </div>
        <ProblemNotice problem={generate.problem} />
      </>
    );
  }
  const isBegun = isBusy || made.length > 0;
  return (
    <>
      <Notice tone="warn">{texts.wordNote}</Notice>
      <dl className="sample-words">
        {[...words].map(([name, word]) => (
          <div key={name}>
            <dt>{texts.who[name]}</dt>
            <dd>
              <code>{word}</code>
            </dd>
          </div>
        ))}
      </dl>
      {!isBegun && (
        <>
          <label className="choice">
            <input type="checkbox" checked={isKept} onChange={(event) => setKept(event.target.checked)} />
            <span>{texts.kept}</span>
          </label>
          <div className="row">
            <Button kind="primary" disabled={!isKept} onClick={() => void begin()}>
              {texts.make}
            </Button>
          </div>
        </>
      )}
      <ProblemNotice problem={problem} />
      <Sealing made={made} isMaking={isBusy} hasLinks />
    </>
  );
}

type Order = { readonly name: PatientName } & ({ readonly chart: string } | { readonly word: string });

function useMaking(): {
  made: readonly Made[];
  make: (orders: readonly Order[]) => Promise<void>;
  isBusy: boolean;
  problem: ReturnType<typeof useAction>["problem"];
} {
  const worker = useWorker();
  const [made, setMade] = useState<readonly Made[]>([]);
  const { run, isBusy, problem } = useAction(async (orders: readonly Order[]) => {
    setMade([]);
    for (const order of orders) {
      const { name } = order;
      const label = texts.label(texts.who[name]);
      const chart = "chart" in order ? order.chart : (await worker.newChart({ label, word: order.word })).id;
      const transfers: string[] = [];
      for await (const record of makeRecords(name)) {
        for (const id of await worker.put(chart, [record])) {
          keepSource(worker, id, record);
          transfers.push(id);
        }
        const now: Made = { name, chart, transfers: [...transfers] };
        setMade((before) => [...before.filter((each) => each.name !== name), now]);
      }
    }
  });
  return { made, make: run, isBusy, problem };
}

function Sealing({
  made,
  isMaking,
  hasLinks,
}: {
  readonly made: readonly Made[];
  readonly isMaking: boolean;
  readonly hasLinks: boolean;
}): ReactElement | null {
  const transfers = useTransfers();
  const ids = new Set(made.flatMap((each) => each.transfers));
  const mine = transfers.filter(({ id }) => ids.has(id));
  const done = (list: readonly string[]): number =>
    list.filter((id) => mine.find((each) => each.id === id)?.state === "done").length;
  if (made.length === 0) return isMaking ? <Spinner label={texts.making} /> : null;
  const isDone = !isMaking && done([...ids]) === ids.size;
  const hasFailed = mine.some(({ state }) => state === "failed" || state === "cancelled");
  return (
    <>
      {made.map(({ name, chart, transfers: list }) => (
        <div key={name} className="stack stack-close">
          <Progress
            label={texts.sealing(texts.who[name])}
            value={done(list)}
            max={recordCount(name)}
            detail={texts.sealed(done(list), recordCount(name))}
          />
          {hasLinks && done(list) > 0 && (
            <div className="row">
              <LinkButton size="small" href={`/charts/${chart}`}>
                {texts.open(texts.who[name])}
              </LinkButton>
            </div>
          )}
        </div>
      ))}
      {isDone && <Notice tone="good">{texts.done}</Notice>}
      {hasFailed && <Notice tone="warn">{texts.someFailed}</Notice>}
    </>
  );
}

interface ChoiceProps {
  readonly kind: "checkbox" | "radio";
  readonly chosen: readonly PatientName[];
  readonly onChange: (name: PatientName) => void;
  readonly isDisabled: boolean;
}

function Choice({ kind, chosen, onChange, isDisabled }: ChoiceProps): ReactElement {
  return (
    <fieldset disabled={isDisabled}>
      <legend className="field-label">{texts.choose}</legend>
      {names.map((name) => (
        <label key={name} className="choice">
          <input
            type={kind}
            name="sample-patient"
            checked={chosen.includes(name)}
            onChange={() => onChange(name)}
          />
          <span>
            {texts.who[name]}
            <span className="small soft sample-what">{texts.what[name]}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
