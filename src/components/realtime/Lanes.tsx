'use client';
import {
  forwardRef,
  useRef,
  useState,
  type ComponentPropsWithoutRef,
  type KeyboardEvent,
  type ReactElement,
} from 'react';
import { classNames } from './classNames.ts';
import type { LaneView } from '../../presentation/laneView.ts';
import { nextIndex } from './rovingFocus.ts';
import { Mark, markKey, placed, Strokes } from './Strokes.tsx';
import { useBeat } from './useBeat.ts';
import { useWords } from '../../hooks/wordsContext.ts';
import type { WithRef } from './withRef.ts';

export interface LanesProps extends Omit<ComponentPropsWithoutRef<'ul'>, 'children'> {
  lanes: ReadonlyArray<LaneView>;
}

/** One lane for each running job. A lane names its job under the pointer and in focus; arrow keys go along them. */
export const Lanes: WithRef<LanesProps, HTMLUListElement> = forwardRef<HTMLUListElement, LanesProps>(function Lanes(
  { lanes, className, onKeyDown, ...rest },
  ref,
): ReactElement {
  const words = useWords();
  const slots = useRef(new Map<string, HTMLLIElement>());
  const [currentKey, setCurrentKey] = useState<string | null>(null);
  const named = lanes.filter((lane) => lane.title !== null || lane.percent !== null);
  const current = Math.max(
    0,
    named.findIndex((lane) => lane.key === currentKey),
  );

  function move(event: KeyboardEvent<HTMLUListElement>): void {
    onKeyDown?.(event);
    const isMirrored = getComputedStyle(event.currentTarget).direction === 'rtl';
    if (event.defaultPrevented) return;
    const next = nextIndex(event, current, named.length, isMirrored ? 'rtl' : 'ltr');
    const lane = next === null ? undefined : named[next];
    if (lane === undefined) return;
    event.preventDefault();
    setCurrentKey(lane.key);
    slots.current.get(lane.key)?.focus();
  }

  return (
    <ul
      data-rg=""
      role="list"
      aria-label={words.bar.lanes}
      aria-hidden={named.length === 0 ? true : undefined}
      {...rest}
      ref={ref}
      onKeyDown={move}
      className={classNames('rg-lanes', className)}
    >
      {lanes.map((lane, index) => {
        const isNamed = named.includes(lane);
        const name = isNamed ? words.lane(lane.title, lane.percent, lane.phase) : undefined;
        return (
          <li
            key={lane.key}
            ref={(element) => {
              if (element === null) slots.current.delete(lane.key);
              else slots.current.set(lane.key, element);
            }}
            className="rg-lane-slot"
            tabIndex={isNamed ? (named[current] === lane ? 0 : -1) : undefined}
            onFocus={() => {
              setCurrentKey(lane.key);
            }}
          >
            <LaneLine lane={lane} />
            {name === undefined ? null : (
              <span className="rg-lane-name" dir="auto" style={placed({ '--at': (index / lanes.length) * 100 })}>
                {name}
              </span>
            )}
          </li>
        );
      })}
    </ul>
  );
});

function LaneLine({ lane }: { lane: LaneView }): ReactElement {
  const beat = useBeat(lane.lastEventAt);
  return (
    <span className="rg-lane" aria-hidden="true">
      <Strokes segments={lane.segments} />
      {lane.mark === null ? null : <Mark key={markKey(lane.mark.kind)} mark={lane.mark} beat={beat} />}
    </span>
  );
}
