import type { ReactElement } from "react";
import { classes } from "./classes.ts";

interface SpinnerProps {
  readonly label: string;
  /** Stands for a whole page that is on its way. */
  readonly page?: boolean;
}

export function Spinner({ label, page = false }: SpinnerProps): ReactElement {
  return (
    <div className={classes("spinner", page && "spinner-page")} role="status">
      <span className="spinner-ring" aria-hidden="true" />
      <span>{label}</span>
    </div>
  );
}
