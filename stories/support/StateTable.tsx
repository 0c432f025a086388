import { AnchorMdx, Unstyled } from '@storybook/addon-docs/blocks';
import type { ReactElement } from 'react';
import { STATES, type StatefulComponent, type StateSource } from '../states.ts';
import './docs.css';

const SOURCES: Readonly<Record<StateSource, string>> = { behaviour: 'behaviour', look: 'look', prototype: 'prototype' };

/** The states of a component, each with a link to its story. */
export function StateTable({ component }: { component: StatefulComponent }): ReactElement {
  return (
    <Unstyled>
      <table className="docs-table">
        <thead>
          <tr>
            <th scope="col">State</th>
            <th scope="col">What a person sees</th>
            <th scope="col">Specified in</th>
          </tr>
        </thead>
        <tbody>
          {STATES.filter((state) => state.component === component).map(({ state, shows, story, sources }) => (
            <tr key={state}>
              <th scope="row">
                <AnchorMdx href={`?path=/story/${story}`} target="_self">
                  {state}
                </AnchorMdx>
              </th>
              <td>{shows}</td>
              <td>{sources.map((source) => SOURCES[source]).join(', ')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Unstyled>
  );
}
