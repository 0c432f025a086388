import { Unstyled } from '@storybook/addon-docs/blocks';
import { useState, type CSSProperties, type ReactElement } from 'react';
import '../support/docs.css';

const LENGTHS = [
  ['--rg-fast', '150 ms'],
  ['--rg-base', '200 ms'],
  ['--rg-slow', '250 ms'],
  ['--rg-beat', '1.2 s'],
] as const;

/** The lengths side by side, on the one easing. */
export function MotionSamples(): ReactElement {
  const [isThere, setThere] = useState(false);
  return (
    <Unstyled>
      <div className="docs-sample docs-motion">
        <ul>
          {LENGTHS.map(([length, value]) => (
            <li
              key={length}
              data-there={isThere ? '' : undefined}
              style={{ '--length': `var(${length})` } as CSSProperties}
            >
              <code>{length}</code>
              <small>{value}</small>
              <span>
                <i />
              </span>
            </li>
          ))}
        </ul>
        <button
          type="button"
          onClick={() => {
            setThere(!isThere);
          }}
        >
          Move
        </button>
      </div>
    </Unstyled>
  );
}
