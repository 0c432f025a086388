'use client';
import { forwardRef, type ComponentPropsWithoutRef, type ReactElement } from 'react';
import { classNames } from './classNames.ts';
import type { RingArc } from '../../presentation/pillView.ts';
import type { WithRef } from './withRef.ts';

export interface RingProps extends Omit<ComponentPropsWithoutRef<'svg'>, 'children'> {
  arcs: ReadonlyArray<RingArc>;
}

const RADIUS = 9.5;
const AROUND = 2 * Math.PI * RADIUS;
/** Between two arcs, px along the ring. */
const GAP = 4;
/** From one dot to the next, px; each is 2 px. */
const DOT_PITCH = 4.5;

/** One arc a job. Decoration: the words beside it say the same. */
export const Ring: WithRef<RingProps, SVGSVGElement> = forwardRef<SVGSVGElement, RingProps>(function Ring(
  { arcs, className, ...rest },
  ref,
): ReactElement {
  const slot = AROUND / Math.max(1, arcs.length);
  const gap = arcs.length > 1 ? GAP : 0;
  const length = slot - gap;
  return (
    <svg
      viewBox="0 0 22 22"
      aria-hidden="true"
      focusable="false"
      {...rest}
      ref={ref}
      className={classNames('rg-ring', className)}
    >
      {arcs.length === 0 ? <circle className="rg-ring__track" cx="11" cy="11" r={RADIUS} /> : null}
      {arcs.map((arc, index) => {
        const offset = -(index * slot + gap / 2);
        if (arc.stroke === 'dots') {
          return <Dots key={arc.key} tone={arc.tone} length={length} offset={offset} isClosed={gap === 0} />;
        }
        const filled = (length * arc.percent) / 100;
        return (
          <g key={arc.key}>
            <Arc className="rg-ring__track" dashes={`${length} ${AROUND}`} offset={offset} />
            <Arc className="rg-ring__arc" tone={arc.tone} dashes={`${filled} ${AROUND}`} offset={offset} />
          </g>
        );
      })}
    </svg>
  );
});

interface ArcProps {
  className: string;
  dashes: string;
  offset: number;
  tone?: RingArc['tone'];
}

function Arc({ className, dashes, offset, tone }: ArcProps): ReactElement {
  return (
    <circle
      className={className}
      data-tone={tone}
      cx="11"
      cy="11"
      r={RADIUS}
      strokeDasharray={dashes}
      strokeDashoffset={offset}
    />
  );
}

/** As many dots as fit, spread evenly, so that the arc begins and ends with one. */
function Dots(props: { tone: RingArc['tone']; length: number; offset: number; isClosed: boolean }): ReactElement {
  const { tone, length, offset, isClosed } = props;
  const count = Math.max(2, Math.round(length / DOT_PITCH) + (isClosed ? 0 : 1));
  const pitch = isClosed ? length / count : (length - 2) / (count - 1);
  const dots = Array.from({ length: count }, () => '2').join(` ${pitch - 2} `);
  return <Arc className="rg-ring__arc" tone={tone} dashes={`${dots} ${AROUND}`} offset={offset} />;
}
