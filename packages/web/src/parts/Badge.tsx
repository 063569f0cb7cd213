import type { ReactElement, ReactNode } from "react";
import { classes } from "./classes.ts";
import { Icon, type IconName } from "./Icon.tsx";

interface BadgeProps {
  readonly tone?: "plain" | "accent" | "good" | "warn" | "bad";
  readonly icon?: IconName;
  readonly children: ReactNode;
}

/** A word about a state; the colour only underlines it. */
export function Badge({ tone = "plain", icon, children }: BadgeProps): ReactElement {
  return (
    <span className={classes("badge", tone !== "plain" && `badge-${tone}`)}>
      {icon && <Icon name={icon} size={14} />}
      {children}
    </span>
  );
}
