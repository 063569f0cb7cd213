import type { ReactElement, ReactNode } from "react";
import { Icon, type IconName } from "../../parts/Icon.tsx";
import { screens } from "../../texts/en-screens.ts";
import type { StepState } from "./stage.ts";

interface StepProps {
  readonly number: number;
  readonly title: string;
  readonly text: string;
  readonly state: StepState;
  readonly children?: ReactNode;
}

const icons: Readonly<Partial<Record<StepState, IconName>>> = {
  done: "check",
  held: "pause",
  failed: "cross",
};

export function Step({ number, title, text, state, children }: StepProps): ReactElement {
  const icon = icons[state];
  return (
    <li className={`step step-${state}`}>
      <span className="step-number" aria-hidden="true">
        {icon === undefined ? number : <Icon name={icon} size={16} />}
      </span>
      <div className="step-body">
        <div className="step-head">
          <h3>{title}</h3>
          <span className="step-state">{screens.way.stepStates[state]}</span>
        </div>
        <p className="soft">{text}</p>
        {children}
      </div>
    </li>
  );
}
