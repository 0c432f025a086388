'use client';
import { useEffect, useId, useRef, useState, type ComponentPropsWithoutRef, type ReactElement } from 'react';
import { classNames } from './classNames.ts';
import { IconButton } from './IconButton.tsx';
import type { ConnectionDetailsView } from '../../presentation/statusBarView.ts';
import { useWords } from '../../hooks/wordsContext.ts';

export interface ConnectionDetailsProps extends Omit<ComponentPropsWithoutRef<'div'>, 'children'> {
  details: ConnectionDetailsView;
  defaultOpen?: boolean;
}

/** What the connection is like, in a disclosure at the bar's end. Escape and a press elsewhere close it. */
export function ConnectionDetails({
  details,
  defaultOpen = false,
  className,
  ...rest
}: ConnectionDetailsProps): ReactElement {
  const words = useWords();
  const [isOpen, setOpen] = useState(defaultOpen);
  const root = useRef<HTMLDivElement>(null);
  const popoverId = useId();

  useEffect(() => {
    if (!isOpen) return undefined;
    const pressed = (event: PointerEvent): void => {
      if (event.target instanceof Node && root.current?.contains(event.target) === false) setOpen(false);
    };
    document.addEventListener('pointerdown', pressed);
    return () => {
      document.removeEventListener('pointerdown', pressed);
    };
  }, [isOpen]);

  const rows: readonly (readonly [string, string])[] = [
    [words.details.connection, words.details.status[details.status]],
    [
      words.details.roundTrip,
      details.roundTripMs === null ? words.details.unknown : words.details.roundTripTime(details.roundTripMs),
    ],
    [
      words.details.lastContact,
      details.lastContactMs === null ? words.details.unknown : words.ago(details.lastContactMs),
    ],
    [words.details.reconnected, words.details.times(details.reconnectCount)],
  ];

  return (
    <div
      {...rest}
      ref={root}
      className={classNames('rg:relative rg:flex-none', className)}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !isOpen) return;
        event.stopPropagation();
        setOpen(false);
        root.current?.querySelector('button')?.focus();
      }}
    >
      <IconButton
        glyph="chevronDown"
        label={words.bar.details}
        isOn={isOpen}
        aria-expanded={isOpen}
        aria-controls={popoverId}
        onClick={() => {
          setOpen(!isOpen);
        }}
      />
      <div id={popoverId} hidden={!isOpen} className="rg-popover">
        <dl className="rg:grid rg:grid-cols-[1fr_auto] rg:gap-x-4 rg:gap-y-2">
          {rows.map(([name, value]) => (
            <div key={name} className="rg:contents">
              <dt className="rg:text-ink-2">{name}</dt>
              <dd className="rg:text-end rg:tabular-nums">{value}</dd>
            </div>
          ))}
        </dl>
      </div>
    </div>
  );
}
