import { type ReactElement, useState } from "react";
import { type Column, Table } from "../../parts/Table.tsx";
import { screens } from "../../texts/en-screens.ts";
import { Letters } from "./Letters.tsx";
import { Mark } from "./Mark.tsx";
import { asHolderSees, asStrangerSees, type MarkedFragment, markLabel } from "./reading.ts";
import { Strip } from "./Strip.tsx";
import { type View, ViewChoice } from "./ViewChoice.tsx";

interface MarksProps<Fragment extends MarkedFragment> {
  readonly fragments: readonly Fragment[];
  /** More about each fragment, after its marks; a stranger is not told of it. */
  readonly more?: readonly Column<Fragment>[];
}

/** The fragments with their marks, as a stranger sees them and as the holder of the word does. */
export function Marks<Fragment extends MarkedFragment>({
  fragments,
  more = [],
}: MarksProps<Fragment>): ReactElement {
  const [view, setView] = useState<View>("holder");
  const [letters, setLetters] = useState<readonly string[] | undefined>(undefined);
  const isHolder = view === "holder";
  const shown = isHolder ? asHolderSees(fragments) : asStrangerSees(fragments);
  return (
    <div className="stack marks">
      <div className="row spread">
        <ViewChoice view={view} onView={setView} />
        {isHolder && <Letters total={fragments.length} letters={letters} onLetters={setLetters} />}
      </div>
      <p className="soft">{isHolder ? screens.marks.holderExplained : screens.marks.strangerExplained}</p>
      <Strip fragments={shown} isOrdered={isHolder} letters={letters} />
      <Table
        caption={isHolder ? screens.marks.holderCaption : screens.marks.strangerCaption}
        columns={isHolder ? [...holderColumns<Fragment>(letters), ...more] : strangerColumns<Fragment>()}
        rows={shown}
        keyOf={({ id }) => id}
      />
    </div>
  );
}

function holderColumns<Fragment extends MarkedFragment>(
  letters: readonly string[] | undefined,
): Column<Fragment>[] {
  const { columns, fragment, leadsTo, unknown } = screens.marks;
  return [
    {
      key: "fragment",
      label: columns.fragment,
      header: true,
      cell: ({ own }) => (own === undefined ? unknown : fragment(own + 1)),
    },
    {
      key: "reading",
      label: columns.reading,
      cell: ({ own, next }) => (
        <span className="reading">
          <b>{markLabel(own, letters)}</b>
          <span aria-hidden="true">→</span>
          <span className="hidden-visually">{leadsTo}</span>
          <b>{markLabel(next, letters)}</b>
        </span>
      ),
    },
    { key: "head", label: columns.head, cell: ({ head }) => <Mark hex={head} /> },
    { key: "tail", label: columns.tail, cell: ({ tail }) => <Mark hex={tail} /> },
  ];
}

function strangerColumns<Fragment extends MarkedFragment>(): Column<Fragment>[] {
  const { columns } = screens.marks;
  return [
    { key: "id", label: columns.name, header: true, cell: ({ id }) => <Mark hex={id} /> },
    { key: "head", label: columns.front, cell: ({ head }) => <Mark hex={head} /> },
    { key: "tail", label: columns.back, cell: ({ tail }) => <Mark hex={tail} /> },
  ];
}
