'use client';
import { forwardRef, type ComponentPropsWithoutRef, type ReactElement, type ReactNode } from 'react';
import { classNames } from './classNames.ts';
import type { GlyphName, Tone } from '../../presentation/tone.ts';
import type { WithRef } from './withRef.ts';

export interface GlyphProps extends Omit<ComponentPropsWithoutRef<'svg'>, 'name' | 'children'> {
  name: GlyphName;
  tone?: Tone;
  /** Beats once whenever this changes; only the live dot beats. */
  beat?: number;
}

/** Drawn along the line, so that they mirror with it. */
const MIRRORED: readonly GlyphName[] = [
  'reconnecting',
  'offline',
  'catchingUp',
  'workerSilent',
  'holding',
  'restoring',
  'gone',
  'tooManyConnections',
];

const DASHED = '1.5 2.25';

const SHAPES: Readonly<Record<GlyphName, ReactNode>> = {
  live: <circle className="rg-glyph__full" cx="8" cy="8" r="3.5" />,
  ready: <circle className="rg-glyph__full" cx="8" cy="8" r="3.5" />,
  connecting: <circle cx="8" cy="8" r="5" strokeWidth="2" strokeLinecap="round" strokeDasharray="0.01 3.917" />,
  reconnecting: <path d="M0 8h5M5 4v8M11 4v8M11 8h5" />,
  offline: <path d="M0 8h5M5 4v8M9 5.5l5 5M14 5.5l-5 5" />,
  catchingUp: <path d="M0 8h6M8 4.5v7M11.25 4.5v7M14.5 4.5v7" />,
  workerSilent: (
    <>
      <circle cx="4" cy="8" r="2.75" />
      <path strokeDasharray={DASHED} d="M9 8h7" />
    </>
  ),
  holding: (
    <>
      <path d="M0 8h3.5M3.5 4v8M7 4v8" />
      <path strokeDasharray={DASHED} d="M10 8h6" />
    </>
  ),
  delayed: (
    <>
      <circle cx="8" cy="8" r="5.5" />
      <path d="M8 4.75V8.2l2.4 1.4" />
    </>
  ),
  signIn: (
    <>
      <rect x="3.25" y="7" width="9.5" height="6.25" rx="1" />
      <path d="M5.25 7V5.25a2.75 2.75 0 0 1 5.5 0V7" />
    </>
  ),
  signInRefused: (
    <>
      <rect x="3.25" y="7" width="9.5" height="6.25" rx="1" />
      <path d="M5.25 7V5.25a2.75 2.75 0 0 1 5.5 0V7" />
      <path strokeWidth="1.25" d="M6.6 8.75l2.8 2.8M9.4 8.75l-2.8 2.8" />
    </>
  ),
  tooManyConnections: <path d="M0 8h9M0 3.5h4.5L9 8M0 12.5h4.5L9 8M11.5 4v8" />,
  queued: <circle cx="8" cy="8" r="3.75" />,
  paused: <path className="rg-glyph__full" d="M4.5 3.5h2.25v9H4.5zM9.25 3.5h2.25v9H9.25z" />,
  stopping: <rect x="4.25" y="4.25" width="7.5" height="7.5" />,
  stopped: <rect className="rg-glyph__full" x="3.5" y="3.5" width="9" height="9" />,
  completed: <path d="M3 8.4l3.3 3.3L13 4.8" />,
  failed: <path d="M4 4l8 8M12 4l-8 8" />,
  restoring: <path d="M0 8h6.2M9.8 8H16M6.2 4v8M9.8 4v8" />,
  resuming: <path d="M0 8h16M8 4v8" />,
  gone: (
    <>
      <path d="M0 8h5M5 4v8" />
      <path strokeDasharray={DASHED} d="M9 8h7" />
    </>
  ),
  chevronDown: <path d="M4 6.25l4 4 4-4" />,
  chevronUp: <path d="M4 9.75l4-4 4 4" />,
  jump: <path d="M8 2.5v8.5M4.25 7.5L8 11.25l3.75-3.75M3.5 14h9" />,
  copy: (
    <>
      <rect x="5.75" y="5.75" width="7.5" height="7.5" rx="1.25" />
      <path d="M10.25 3.25v-.5h-7.5v7.5h.5" />
    </>
  ),
  dismiss: <path strokeWidth="1.25" d="M4.5 4.5l7 7M11.5 4.5l-7 7" />,
};

/** A drawn sign, 16 px. It is decoration: what it says is said in words beside it. */
export const Glyph: WithRef<GlyphProps, SVGSVGElement> = forwardRef<SVGSVGElement, GlyphProps>(function Glyph(
  { name, tone, beat, className, ...rest },
  ref,
): ReactElement {
  return (
    <svg
      viewBox="0 0 16 16"
      aria-hidden="true"
      focusable="false"
      {...rest}
      ref={ref}
      data-name={name}
      data-tone={tone}
      data-mirrored={MIRRORED.includes(name) ? '' : undefined}
      className={classNames('rg-glyph', className)}
    >
      {name === 'live' ? <circle key={beat} className="rg-glyph__halo" cx="8" cy="8" r="7" /> : null}
      {SHAPES[name]}
    </svg>
  );
});
