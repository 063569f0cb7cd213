import { type ReactElement, useState } from "react";
import type { Strength } from "../worker/contract.ts";
import { en } from "../texts/en.ts";
import { useAction } from "../worker-client/use-action.ts";
import { useLoaded } from "../worker-client/use-loaded.ts";
import { useWorker } from "../worker-client/worker-context.tsx";
import { Button } from "./Button.tsx";
import { classes } from "./classes.ts";
import { Field } from "./Field.tsx";
import { Icon, type IconName } from "./Icon.tsx";
import { ProblemNotice } from "./ProblemNotice.tsx";
import { SecretInput } from "./SecretInput.tsx";
import { useSettled } from "./use-settled.ts";
import { VisuallyHidden } from "./VisuallyHidden.tsx";
import { type RuleLine, ruleLines, sentence, wordFault, wordLength } from "./word-rules.ts";

interface WordFieldProps {
  /** Lives in the form's memory only; clear it as soon as the worker has it. */
  readonly value: string;
  readonly onChange: (word: string) => void;
  /** A new word is judged for strength, and may be generated. */
  readonly use: "new" | "open";
  readonly label?: string;
  /** Somebody tried to submit: says in the field itself which rule is broken. */
  readonly attempted: boolean;
}

const SETTLE_MS = 600;

/** The sequence key: its rules checked while it is typed, each on its own line. Nothing here sends or keeps it. */
export function WordField({
  value,
  onChange,
  use,
  label = en.word.label,
  attempted,
}: WordFieldProps): ReactElement {
  const [shown, setShown] = useState(false);
  const [generated, setGenerated] = useState(false);
  const worker = useWorker();
  const lines = ruleLines(value);

  const type = (word: string): void => {
    setGenerated(false);
    onChange(word);
  };
  const generate = useAction(async () => {
    onChange(await worker.generateWord());
    setShown(true);
    setGenerated(true);
  });

  return (
    <div className="stack stack-close">
      <Field
        label={label}
        hint={use === "new" ? en.word.newHint : en.word.openHint}
        error={attempted ? wordFault(value) : undefined}
      >
        {(control) => (
          <SecretInput
            {...control}
            className="input mono"
            value={value}
            onChange={type}
            shown={shown}
            onShow={setShown}
            showLabel={en.word.show}
            hideLabel={en.word.hide}
          />
        )}
      </Field>
      <Rules lines={lines} isEmpty={value === ""} />
      {use === "new" && (
        <>
          <div className="row">
            <Button size="small" icon="dice" busy={generate.isBusy} onClick={() => void generate.run()}>
              {en.word.generate}
            </Button>
          </div>
          <ProblemNotice problem={generate.problem} />
          <div aria-live="polite" className="small soft">
            {generated && <p>{en.word.generated}</p>}
          </div>
          <Judgement word={value} isWord={lines.every(({ state }) => state === "kept")} />
        </>
      )}
    </div>
  );
}

function Rules({
  lines,
  isEmpty,
}: {
  readonly lines: readonly RuleLine[];
  readonly isEmpty: boolean;
}): ReactElement {
  const open = lines.filter(({ state }) => state !== "kept");
  const spoken = isEmpty ? "" : open.length === 0 ? en.word.allKept : en.word.someBroken(open.map(sentence));
  // Said once the fingers rest, not at every key.
  const settled = useSettled(spoken, SETTLE_MS);
  return (
    <>
      <ul className="rules" aria-label={en.word.rules}>
        {lines.map(({ key, text, state, detail }) => (
          <li key={key} className={classes("rule", `rule-${state}`)}>
            <Icon name={ruleIcons[state]} size={16} />
            <span>
              {text}
              <VisuallyHidden>: {en.word.state[state]}</VisuallyHidden>
              {detail !== undefined && !isEmpty && <span className="rule-detail"> · {detail}</span>}
            </span>
          </li>
        ))}
      </ul>
      <div aria-live="polite" className="hidden-visually">
        {settled}
      </div>
    </>
  );
}

const ruleIcons: Readonly<Record<RuleLine["state"], IconName>> = {
  kept: "check",
  broken: "cross",
  open: "dash",
};

/** Strength and number of fragments, once the text is a word. */
function Judgement({ word, isWord }: { readonly word: string; readonly isWord: boolean }): ReactElement {
  const worker = useWorker();
  const settled = useSettled(isWord ? word : "", SETTLE_MS);
  const strength = useLoaded(
    async () => (settled === "" ? undefined : worker.strengthOf(settled)),
    [worker, settled],
  );
  const known = isWord && settled === word ? strength.data : undefined;
  return (
    <div className="judgement" aria-live="polite">
      {isWord && (
        <>
          <StrengthBar verdict={known?.verdict} />
          <p className="small">
            {known === undefined ? en.word.judging : en.word.strength[known.verdict](Math.floor(known.bits))}{" "}
            <span className="soft">{en.word.fragmentsAbout(wordLength(word))}</span>
          </p>
        </>
      )}
    </div>
  );
}

const filled: Readonly<Record<Strength["verdict"], number>> = { weak: 1, fair: 2, strong: 3 };

function StrengthBar({ verdict }: { readonly verdict: Strength["verdict"] | undefined }): ReactElement {
  return (
    <div className={classes("strength", verdict && `strength-${verdict}`)} aria-hidden="true">
      {[1, 2, 3].map((part) => (
        <span
          key={part}
          className={classes("strength-part", verdict && part <= filled[verdict] && "strength-on")}
        />
      ))}
    </div>
  );
}
