import type { ReactNode } from 'react';
import { cx } from './cx.js';

export interface Column<Row> {
  head: ReactNode;
  cell: (row: Row) => ReactNode;
  /** Numbers stand at the right. */
  end?: boolean;
  /** The column that names the row. */
  names?: boolean;
  /** Classes of its cells; `max-sm:hidden` leaves it out on phones. */
  className?: string;
}

/** Rows of facts. It scrolls sideways by itself where it must, so that the page never does. */
export function Table<Row>({ caption, columns, rows, rowKey }: { caption: string; columns: Column<Row>[]; rows: readonly Row[]; rowKey: (row: Row) => string }) {
  return (
    <div role="region" aria-label={caption} tabIndex={0} className="relative overflow-x-auto rounded-lg border border-line bg-card">
      <table className="w-full border-collapse text-sm">
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr className="border-b border-line">
            {columns.map(({ head, end, className }, i) => (
              <th key={i} scope="col" className={cx('label px-3.5 py-2 text-left', end && 'text-right', className)}>{head}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={rowKey(row)} className="border-b border-line last:border-0 hover:bg-sunken/50">
              {columns.map(({ cell, end, names, className }, i) => {
                const classes = cx('px-3.5 py-2 text-left align-middle font-normal', end && 'text-right tabular-nums', className);
                return names ? <th key={i} scope="row" className={classes}>{cell(row)}</th> : <td key={i} className={classes}>{cell(row)}</td>;
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
