import { AnchorMdx } from '@storybook/addon-docs/blocks';
import type { ReactElement } from 'react';
import { STATES, type StatefulComponent } from '../states.ts';
import { DocsTable } from './DocsTable.tsx';

/** The states of a component, each with a link to its story. */
export function StateTable({ component }: { component: StatefulComponent }): ReactElement {
  const states = STATES.filter((state) => state.component === component);
  return (
    <DocsTable
      head={['State', 'What a person sees']}
      rows={states.map(({ state, shows, story }) => [
        <AnchorMdx key={state} href={`?path=/story/${story}`} target="_self">
          {state}
        </AnchorMdx>,
        shows,
      ])}
    />
  );
}
