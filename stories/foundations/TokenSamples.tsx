import { Fragment, type ReactElement } from 'react';
import source from '../../src/styles/tokens.css?raw';
import { BothThemes } from '../support/BothThemes.tsx';
import { DocsTable } from '../support/DocsTable.tsx';
import { worstContrasts } from './contrastPairs.ts';

interface Token {
  name: string;
  use: string;
}

/** Swatches in both themes, painted by the tokens themselves. */
export function Swatches({ tokens }: { tokens: readonly Token[] }): ReactElement {
  return (
    <BothThemes>
      <dl className="docs-swatches">
        {tokens.map(({ name, use }) => (
          <Fragment key={name}>
            <dt className="docs-swatch" style={{ background: `var(${name})` }} />
            <dd>
              <code>{name}</code>
              <small>{use}</small>
            </dd>
          </Fragment>
        ))}
      </dl>
    </BothThemes>
  );
}

/** The lowest contrast of each token in each theme, computed from tokens.css. */
export function ContrastTable(): ReactElement {
  const light = worstContrasts(source, 'light');
  const dark = worstContrasts(source, 'dark');
  return (
    <DocsTable
      head={['Token', 'Needed', 'Light', 'Dark']}
      rows={light.map((pair, index) => [
        <code key="token">{pair.token}</code>,
        pair.needed,
        <Worst key="light" {...pair} />,
        <Worst key="dark" {...(dark[index] ?? pair)} />,
      ])}
    />
  );
}

function Worst({ ratio, ground }: ReturnType<typeof worstContrasts>[number]): ReactElement {
  return (
    <span className="docs-number">
      {ratio.toFixed(1)} on <code>{ground}</code>
    </span>
  );
}
