import { Unstyled } from '@storybook/addon-docs/blocks';
import type { ReactElement, ReactNode } from 'react';
import './docs.css';

export interface DocsTableProps {
  head: readonly string[];
  /** The first cell names its row. */
  rows: readonly (readonly ReactNode[])[];
}

/** A table on a documentation page: MDX knows none of Markdown's. */
export function DocsTable({ head, rows }: DocsTableProps): ReactElement {
  return (
    <Unstyled>
      <div className="docs-scroll">
        <table className="docs-table">
          <thead>
            <tr>
              {head.map((title) => (
                <th key={title} scope="col">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(([name, ...cells], row) => (
              // Rows never move, and two may have one name.
              // oxlint-disable-next-line react/no-array-index-key
              <tr key={row}>
                <th scope="row">{name}</th>
                {cells.map((cell, index) => (
                  // Cells never move, and have nothing else to be told apart by.
                  // oxlint-disable-next-line react/no-array-index-key
                  <td key={index}>{cell}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Unstyled>
  );
}
