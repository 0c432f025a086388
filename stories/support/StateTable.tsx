import { AnchorMdx, Unstyled } from '@storybook/addon-docs/blocks';
import type { ReactElement } from 'react';
import { STATES, type StatefulComponent } from '../states.ts';
import './docs.css';

/** The states of a component, each with a link to its story. */
export function StateTable({ component }: { component: StatefulComponent }): ReactElement {
  return (
    <Unstyled>
      <div className="docs-scroll">
        <table className="docs-table">
          <thead>
            <tr>
              <th scope="col">State</th>
              <th scope="col">What a person sees</th>
            </tr>
          </thead>
          <tbody>
            {STATES.filter((state) => state.component === component).map(({ state, shows, story }) => (
              <tr key={state}>
                <th scope="row">
                  <AnchorMdx href={`?path=/story/${story}`} target="_self">
                    {state}
                  </AnchorMdx>
                </th>
                <td>{shows}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Unstyled>
  );
}
