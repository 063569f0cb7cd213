import type { ReactElement } from "react";
import { Card } from "../parts/Card.tsx";
import { storesPage } from "../texts/en-stores.ts";
import type { StatusView, VaultView } from "../worker/contract.ts";
import { Risk, Verdict } from "./Risk.tsx";
import { hasWeights } from "./store-rows.tsx";

interface LossProps {
  readonly vault: VaultView;
  readonly status: StatusView;
}

/** What may be lost, in plain words: the rule of the vault, and how much of it is used up now. */
export function Loss({ vault, status }: LossProps): ReactElement {
  const { loss } = storesPage;
  const { tolerate } = vault;
  const away = status.stores.filter(
    ({ problem, latencyMs }) => problem !== null || latencyMs === null,
  ).length;
  const owed = status.stores.reduce((sum, store) => sum + store.owed, 0);
  const tone = away === 0 ? "good" : away <= tolerate ? "warn" : "bad";
  return (
    <Card title={loss.title}>
      <p className="lead">{loss.rule(tolerate, vault.stores.length)}</p>
      <Verdict tone={tone}>
        {away === 0
          ? loss.allThere
          : away <= tolerate
            ? loss.someAway(away, tolerate - away)
            : loss.tooManyAway(away)}
      </Verdict>
      <Risk losses={status.losses} />
      <ul className="small soft stack stack-close">
        {owed > 0 && <li>{loss.owedNow(owed)}</li>}
        {vault.publicBelowNeeded && <li>{loss.publicRule}</li>}
        {vault.providerBelowNeeded && <li>{loss.providerRule}</li>}
        {vault.tolerateProviders > 0 && <li>{loss.providersRule}</li>}
        {vault.regions > 1 && <li>{loss.regionsRule(vault.regions)}</li>}
        {hasWeights(vault) && <li>{loss.weightsRule}</li>}
      </ul>
    </Card>
  );
}
