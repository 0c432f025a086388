import { Unstyled } from '@storybook/addon-docs/blocks';
import { useState, type CSSProperties, type ReactElement } from 'react';
import '../support/docs.css';

const LENGTHS = ['--rg-fast', '--rg-base', '--rg-slow'] as const;

/** The lengths side by side, on the one easing. */
export function MotionSamples(): ReactElement {
  const [isThere, setThere] = useState(false);
  return (
    <Unstyled>
      <div className="docs-sample" data-rg-theme="light">
        <ul className="docs-motion">
          {LENGTHS.map((length) => (
            <li
              key={length}
              data-there={isThere ? '' : undefined}
              style={{ '--length': `var(${length})` } as CSSProperties}
            >
              <code>{length}</code>
              <i />
            </li>
          ))}
          <li>
            <button
              type="button"
              onClick={() => {
                setThere(!isThere);
              }}
            >
              Move
            </button>
          </li>
        </ul>
      </div>
    </Unstyled>
  );
}
