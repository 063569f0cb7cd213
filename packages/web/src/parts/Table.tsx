import type { ReactElement, ReactNode } from "react";
import { classes } from "./classes.ts";
import { VisuallyHidden } from "./VisuallyHidden.tsx";

export interface Column<Row> {
  readonly key: string;
  readonly label: ReactNode;
  /** Of cells on a phone, where the label is more than text or should not be seen. */
  readonly cardLabel?: string;
  readonly align?: "end";
  /** Names the row. */
  readonly header?: boolean;
  readonly cell: (row: Row) => ReactNode;
  readonly sort?: "ascending" | "descending";
}

interface TableProps<Row> {
  /** Read by screen readers; the page's heading says it to the others. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
}

/** A table that becomes a list of cards where it would not fit. The roles keep it a table there too. */
export function Table<Row>({ caption, columns, rows, keyOf }: TableProps<Row>): ReactElement {
  return (
    <div className="table-frame">
      <table className="table" role="table">
        <caption>
          <VisuallyHidden>{caption}</VisuallyHidden>
        </caption>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map(({ key, label, align, sort }) => (
              <th
                key={key}
                role="columnheader"
                scope="col"
                aria-sort={sort}
                className={classes(align && "align-end")}
              >
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <tr key={keyOf(row)} role="row">
              {columns.map((column) => (
                <Cell key={column.key} column={column} row={row} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cell<Row>({ column, row }: { readonly column: Column<Row>; readonly row: Row }): ReactElement {
  const { label, cardLabel, align, header, cell } = column;
  const className = classes(align && "align-end");
  if (header === true) {
    return (
      <th role="rowheader" scope="row" className={className}>
        {cell(row)}
      </th>
    );
  }
  const shown = cardLabel ?? (typeof label === "string" ? label : undefined);
  return (
    <td role="cell" data-label={shown === "" ? undefined : shown} className={className}>
      {cell(row)}
    </td>
  );
}
