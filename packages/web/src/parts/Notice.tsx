import type { ReactElement, ReactNode } from "react";
import { classes } from "./classes.ts";
import { Icon, type IconName } from "./Icon.tsx";

type Tone = "info" | "good" | "warn" | "bad";

interface NoticeProps {
  readonly tone?: Tone;
  readonly title?: ReactNode;
  /** Buttons or links. */
  readonly actions?: ReactNode;
  readonly children?: ReactNode;
}

const icons: Readonly<Record<Tone, IconName>> = { info: "info", good: "check", warn: "alert", bad: "alert" };

/** Said at once by a screen reader where it is bad, in the next pause otherwise. */
export function Notice({ tone = "info", title, actions, children }: NoticeProps): ReactElement {
  return (
    <div
      className={classes("notice", tone !== "info" && `notice-${tone}`)}
      role={tone === "bad" ? "alert" : "status"}
    >
      <Icon name={icons[tone]} />
      <div className="notice-body">
        {title !== undefined && <p className="notice-title">{title}</p>}
        {typeof children === "string" ? <p>{children}</p> : children}
        {actions !== undefined && <div className="row">{actions}</div>}
      </div>
    </div>
  );
}
