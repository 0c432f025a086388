import { Unstyled } from '@storybook/addon-docs/blocks';
import { Fragment, type ReactElement } from 'react';
import source from '../../src/styles/tokens.css?raw';
import { BothThemes } from '../support/BothThemes.tsx';
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
    <Unstyled>
      <table className="docs-table">
        <thead>
          <tr>
            <th scope="col">Token</th>
            <th scope="col">Needed</th>
            <th scope="col">Light</th>
            <th scope="col">Dark</th>
          </tr>
        </thead>
        <tbody>
          {light.map((pair, index) => (
            <tr key={pair.token}>
              <th scope="row">
                <code>{pair.token}</code>
              </th>
              <td className="docs-number">{pair.needed}</td>
              {[pair, dark[index] ?? pair].map((worst, theme) => (
                <td key={theme === 0 ? 'light' : 'dark'} className="docs-number">
                  {worst.ratio.toFixed(1)} on <code>{worst.ground}</code>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Unstyled>
  );
}
