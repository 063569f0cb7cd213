import type { ReactElement } from "react";
import { Link } from "wouter";
import { formatSize } from "../parts/quantity.ts";
import type { TransferView } from "../worker/contract.ts";
import { shareDone } from "../transfers/share-done.ts";
import { screens } from "../texts/en-screens.ts";
import { TransferActions } from "./way/TransferActions.tsx";
import { TransferStateBadge } from "./way/TransferState.tsx";
import "./screens.css";

interface TransferListProps {
  readonly transfers: readonly TransferView[];
  /** Where details are shown on the same page; elsewhere the name leads to the page that has them. */
  readonly onChoose?: (id: string) => void;
  readonly chosen?: string;
}

/** Transfers, each on a few lines. */
export function TransferList({ transfers, onChoose, chosen }: TransferListProps): ReactElement {
  if (transfers.length === 0) return <p className="soft">{screens.transfer.none}</p>;
  return (
    <ul className="transfers" aria-label={screens.transfer.listLabel}>
      {transfers.map((transfer) => (
        <Row key={transfer.id} transfer={transfer} onChoose={onChoose} isChosen={transfer.id === chosen} />
      ))}
    </ul>
  );
}

interface RowProps {
  readonly transfer: TransferView;
  readonly onChoose: ((id: string) => void) | undefined;
  readonly isChosen: boolean;
}

function Row({ transfer, onChoose, isChosen }: RowProps): ReactElement {
  const { id, chart, name, sizeBytes, state } = transfer;
  const shown = name ?? screens.transfer.unnamed;
  const isMoving = state === "sealing" || state === "sending" || state === "committing";
  return (
    <li className={isChosen ? "transfer transfer-chosen" : "transfer"}>
      <div className="transfer-head">
        {onChoose === undefined ? (
          <Link href={`/charts/${chart}/add`} className="transfer-name">
            {shown}
          </Link>
        ) : (
          <button
            type="button"
            className="transfer-name"
            aria-pressed={isChosen}
            onClick={() => onChoose(id)}
          >
            {shown}
          </button>
        )}
        <TransferStateBadge state={state} />
      </div>
      {state !== "done" && state !== "cancelled" && (
        <progress
          className={isMoving ? "transfer-progress" : "transfer-progress transfer-still"}
          aria-label={screens.transfer.progressOf(shown)}
          value={shareDone(transfer)}
          max={1}
        />
      )}
      <div className="row spread">
        <span className="soft small number">{formatSize(sizeBytes)}</span>
        <TransferActions transfer={transfer} isCompact />
      </div>
    </li>
  );
}
