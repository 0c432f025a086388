import type { CSSProperties, ReactElement } from 'react';
import { BothThemes } from '../support/BothThemes.tsx';

interface Step {
  text: string;
  use: string;
  style: CSSProperties;
}

const STEPS: readonly Step[] = [
  {
    text: '62',
    use: 'xl, 22/20, 500: the readout',
    style: {
      fontSize: 'var(--rg-text-xl)',
      lineHeight: 'var(--rg-leading-xl)',
      fontWeight: 500,
      letterSpacing: '-0.025em',
    },
  },
  {
    text: 'Market study: cold-chain logistics',
    use: 'l, 14/20, 580: a job’s title',
    style: {
      fontSize: 'var(--rg-text-l)',
      lineHeight: 'var(--rg-leading-l)',
      fontWeight: 580,
      letterSpacing: '-0.006em',
    },
  },
  {
    text: 'Your jobs go on and will be shown when you are back.',
    use: 'm, 13/20, 400 to 580: everything else',
    style: { fontSize: 'var(--rg-text-m)', lineHeight: 'var(--rg-leading-m)' },
  },
  {
    text: 'Running · 1:42 · 0:50 left',
    use: 's, 12/16, 400 and 500: meta, steps, captions',
    style: { fontSize: 'var(--rg-text-s)', lineHeight: 'var(--rg-leading-s)', fontVariantNumeric: 'tabular-nums' },
  },
  {
    text: '7f3a91c2  if (a !== b) => model_timeout',
    use: 'mono, 12/20: output, ids, error codes; no ligatures',
    style: {
      fontFamily: 'var(--rg-font-mono)',
      fontSize: 'var(--rg-text-s)',
      lineHeight: '20px',
      fontVariantLigatures: 'none',
      whiteSpace: 'pre-wrap',
    },
  },
];

/** The type scale, set by the tokens. */
export function TypeSamples(): ReactElement {
  return (
    <BothThemes>
      <div className="docs-type">
        {STEPS.map(({ text, use, style }) => (
          <div key={use}>
            <p style={style}>{text}</p>
            <small>{use}</small>
          </div>
        ))}
      </div>
    </BothThemes>
  );
}
