import type { ReactNode } from 'react';

export interface ListTableProps {
  readonly label: string;
  readonly headings: readonly string[];
  /** Stands before the first heading, where rows can be chosen. */
  readonly choice?: ReactNode;
  /** The rows are those of the question before, while those of this one are on their way. */
  readonly stale: boolean;
  readonly children: ReactNode;
}

/** The rows of a list under their headings; nothing can be done with those of another question. */
export function ListTable({ label, headings, choice, stale, children }: ListTableProps) {
  return (
    <table className="table" aria-label={label} aria-busy={stale} data-stale={stale}>
      <thead>
        <tr>
          {choice}
          {headings.map((heading) => (
            <th key={heading} scope="col">
              {heading}
            </th>
          ))}
        </tr>
      </thead>
      <tbody inert={stale}>{children}</tbody>
    </table>
  );
}
