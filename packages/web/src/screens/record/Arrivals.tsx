import type { ReactElement } from "react";
import { Icon } from "../../parts/Icon.tsx";
import type { Arrival } from "../../worker/contract.ts";
import { screens } from "../../texts/en-screens.ts";
import { useStoreNames } from "../way/use-store-names.ts";

interface ArrivalsProps {
  readonly arrivals: ReadonlyMap<number, Arrival>;
  readonly total: number;
  readonly needed: number;
}

type State = Arrival["state"] | "idle";

/** Which fragments were asked for and which have come; the first k are enough. */
export function Arrivals({ arrivals, total, needed }: ArrivalsProps): ReactElement {
  const storeName = useStoreNames();
  const come = [...arrivals.values()].filter(({ state }) => state === "arrived").length;
  const stateOf = (index: number): State => arrivals.get(index)?.state ?? "idle";
  return (
    <div className="arrivals">
      <p className="small">
        <strong>{screens.record.arrived(Math.min(come, needed), needed, total)}</strong>
      </p>
      <ol className="arrival-list" aria-label={screens.record.arrivalsLabel}>
        {Array.from({ length: total }, (_, index) => {
          const arrival = arrivals.get(index);
          const state = stateOf(index);
          return (
            <li key={index} className={`arrival arrival-${state}`}>
              <span className="arrival-number">{index + 1}</span>
              <span className="arrival-text">
                <span className="arrival-store">{arrival === undefined ? "" : storeName(arrival.store)}</span>
                <span className="small number">
                  {screens.record.arrivalStates[state]}
                  {state === "arrived" && arrival !== undefined && ` · ${Math.round(arrival.afterMs)} ms`}
                </span>
              </span>
              {state === "arrived" && <Icon name="check" size={16} />}
              {state === "missing" && <Icon name="cross" size={16} />}
            </li>
          );
        })}
      </ol>
    </div>
  );
}
