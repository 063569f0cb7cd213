import type { ReactElement } from "react";
import { classes } from "../parts/classes.ts";
import { Icon } from "../parts/Icon.tsx";
import { storesPage } from "../texts/en-stores.ts";
import type { StatusView } from "../worker/contract.ts";

/** Versions that lack fragments, as far as the catalogue knows. */
export function Risk({ losses }: Pick<StatusView, "losses">): ReactElement {
  const { loss } = storesPage;
  if (losses === null) return <p className="small soft">{loss.uncounted}</p>;
  const { incomplete, tooFew } = losses;
  return (
    <>
      {incomplete + tooFew === 0 && <Verdict tone="good">{loss.noneAtRisk}</Verdict>}
      {tooFew > 0 && <Verdict tone="bad">{loss.tooFew(tooFew)}</Verdict>}
      {incomplete > 0 && <Verdict tone="warn">{loss.incomplete(incomplete)}</Verdict>}
    </>
  );
}

interface VerdictProps {
  readonly tone: "good" | "warn" | "bad";
  readonly children: string;
}

export function Verdict({ tone, children }: VerdictProps): ReactElement {
  return (
    <p className={classes("verdict", `verdict-${tone}`)}>
      <Icon name={tone === "good" ? "check" : "alert"} />
      <span>{children}</span>
    </p>
  );
}
