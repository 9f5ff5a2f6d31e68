import type { ReactNode } from "react";
import { classes } from "../classes.ts";
import "./Table.css";

export type Column<Row> = {
  key: string;
  header: string;
  cell: (row: Row) => ReactNode;
  /** The first column is the row's name unless another says so. */
  align?: "start" | "end";
  /** Left out on phones. */
  wideOnly?: boolean;
  /** The header is read out but not shown, as above buttons. */
  hideHeader?: boolean;
};

type Props<Row> = { caption: string; columns: readonly Column<Row>[]; rows: readonly Row[]; rowKey: (row: Row) => string };

/** On phones each row becomes a block whose values name their columns. */
export function Table<Row>({ caption, columns, rows, rowKey }: Props<Row>) {
  const classOf = (column: Column<Row>) => classes(column.align === "end" && "ui-end", column.wideOnly && "ui-wide-only");
  return (
    <div className="ui-table-frame">
      <table className="ui-table">
        <caption className="ui-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.key} scope="col" className={classOf(column)}>
                <span className={column.hideHeader ? "ui-hidden" : undefined}>{column.header}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)}>
              {columns.map((column, at) => (
                <td key={column.key} className={classOf(column)} data-header={at === 0 || column.hideHeader ? undefined : column.header}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Rows of a list in a frame. */
export function List({ label, children }: { label: string; children: ReactNode }) {
  return (
    <ul role="list" aria-label={label} className="ui-list">
      {children}
    </ul>
  );
}

type ItemProps = { lead?: ReactNode; title: ReactNode; detail?: ReactNode; end?: ReactNode };

export function ListItem({ lead, title, detail, end }: ItemProps) {
  return (
    <li className="ui-list-item">
      {lead}
      <div className="ui-list-main">
        <div className="ui-list-title">{title}</div>
        {detail && <div className="ui-list-detail">{detail}</div>}
      </div>
      {end && <div className="ui-list-end">{end}</div>}
    </li>
  );
}
