import { createElement, type ReactElement, type ReactNode } from "react";
import { classes } from "./classes.ts";

interface CardProps {
  readonly title?: ReactNode;
  /** Of the heading; the page's own is 1. */
  readonly level?: 2 | 3 | 4;
  /** Beside the title. */
  readonly actions?: ReactNode;
  readonly className?: string;
  readonly children?: ReactNode;
}

export function Card({ title, level = 2, actions, className, children }: CardProps): ReactElement {
  return (
    <section className={classes("card", className)}>
      {(title !== undefined || actions !== undefined) && (
        <div className="card-head">
          {title !== undefined && createElement(`h${level}`, {}, title)}
          {actions !== undefined && <div className="row">{actions}</div>}
        </div>
      )}
      {children}
    </section>
  );
}
