import type { ReactElement } from "react";
import { Button } from "../../parts/Button.tsx";
import { Icon } from "../../parts/Icon.tsx";
import { formatSize } from "../../parts/quantity.ts";
import { type RecordKind, recordKind } from "../../charts/record-kind.ts";
import { screens } from "../../texts/en-screens.ts";
import { type Proposal, sizeOf } from "../sources/group.ts";

interface ProposalListProps {
  readonly proposals: readonly Proposal[];
  readonly onRename: (proposal: Proposal, name: string) => void;
  readonly onSplit: (proposal: Proposal) => void;
  readonly onRemove: (proposal: Proposal) => void;
}

/** What would become records: each can be named, taken out, and a folder taken apart. */
export function ProposalList({ proposals, onRename, onSplit, onRemove }: ProposalListProps): ReactElement {
  return (
    <ul className="proposals" aria-label={screens.add.listLabel}>
      {proposals.map((proposal, position) => (
        // Rows have no state of their own but the text, which is the proposal's.
        <li key={position} className="proposal">
          <span className="proposal-icon">
            <Icon name={kindOf(proposal).icon} size={22} />
          </span>
          <div className="proposal-text">
            <input
              className="proposal-name"
              value={proposal.name}
              aria-label={screens.add.nameOf(position + 1)}
              maxLength={200}
              spellCheck={false}
              onChange={(event) => onRename(proposal, event.currentTarget.value)}
            />
            <span className="proposal-about soft small">
              {kindOf(proposal).name} · {formatSize(sizeOf(proposal))}
              {proposal.shape === "folder" && (
                <>
                  {` · ${screens.add.filesAsOne(proposal.files.length)}`}
                  <Button
                    size="small"
                    kind="quiet"
                    aria-label={screens.add.splitNamed(proposal.name)}
                    onClick={() => onSplit(proposal)}
                  >
                    {screens.add.split}
                  </Button>
                </>
              )}
            </span>
          </div>
          <Button
            size="small"
            kind="quiet"
            icon="trash"
            aria-label={screens.add.removeNamed(proposal.name)}
            onClick={() => onRemove(proposal)}
          />
        </li>
      ))}
    </ul>
  );
}

function kindOf({ kind, files }: Proposal): RecordKind {
  return recordKind({ kind, files: files.length });
}
