import { type CSSProperties, type ReactElement, useId } from "react";
import { type MarkedFragment, markLabel } from "./reading.ts";
import { markPattern, PIECE, pieceOutline, piecesInRow } from "./piece-shape.ts";

interface StripProps {
  /** In the order in which they are shown. */
  readonly fragments: readonly MarkedFragment[];
  /** The word is known: its characters, or their numbers, stand across the cuts. */
  readonly isOrdered: boolean;
  readonly letters: readonly string[] | undefined;
}

const { width, height, depth } = PIECE;
const outline = pieceOutline();

/**
 * The sealed strip, cut through the word: half of each character stays on either side of its cut. A picture of the table
 * beside it.
 */
export function Strip({ fragments, isOrdered, letters }: StripProps): ReactElement {
  const rows = {
    "--wide": piecesInRow(fragments.length, 10),
    "--narrow": piecesInRow(fragments.length, 4),
  };
  return (
    <div className="strip" style={rows as CSSProperties} aria-hidden="true">
      {fragments.map((fragment) => (
        <Piece key={fragment.id} fragment={fragment} isOrdered={isOrdered} letters={letters} />
      ))}
    </div>
  );
}

interface PieceProps {
  readonly fragment: MarkedFragment;
  readonly isOrdered: boolean;
  readonly letters: readonly string[] | undefined;
}

function Piece({ fragment, isOrdered, letters }: PieceProps): ReactElement {
  const clip = useId();
  return (
    <svg className="piece" viewBox={`${-depth} 0 ${width + 2 * depth} ${height}`}>
      <clipPath id={clip}>
        <path d={outline} />
      </clipPath>
      <path className="piece-paper" d={outline} />
      <g clipPath={`url(#${clip})`}>
        <path className="piece-pattern" d={markPattern(fragment.head)} />
        {isOrdered && (
          <>
            <rect className="piece-margin" x={-depth} width={depth + 20} height={height} />
            <rect className="piece-margin" x={width - 20} width={depth + 20} height={height} />
            <HalfLetter x={0} text={markLabel(fragment.own, letters)} />
            <HalfLetter x={width} text={markLabel(fragment.next, letters)} />
          </>
        )}
      </g>
      <path className="piece-edge" d={outline} />
    </svg>
  );
}

function HalfLetter({ x, text }: { readonly x: number; readonly text: string }): ReactElement {
  return (
    <text className="piece-letter" x={x} y={height / 2} textAnchor="middle" dominantBaseline="central">
      {text}
    </text>
  );
}
