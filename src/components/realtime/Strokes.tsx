'use client';
import type { CSSProperties, ReactElement } from 'react';
import type { RailMark, RailMarkKind, RailSegment } from '../../presentation/railView.ts';

/** Custom properties that place a part along its line, in percent. */
export function placed(values: Readonly<Record<`--${string}`, number>>): CSSProperties {
  return values as CSSProperties; // React's type knows no custom properties
}

/** The strokes of a line. Solid parts keep their element from one report to the next, so that they move. */
export function Strokes({ segments }: { segments: readonly RailSegment[] }): ReactElement[] {
  let solids = 0;
  return segments.map((segment, index) => (
    <i
      key={segment.stroke === 'solid' ? `solid${solids++}` : `${segment.stroke}${index}`}
      className="rg-stroke"
      data-stroke={segment.stroke}
      data-tone={segment.tone}
      data-after={segment.after}
      style={placed({ '--from': segment.from, '--to': segment.to })}
    />
  ));
}

export interface MarkProps {
  mark: RailMark;
  /** The wake lights up once whenever this changes. */
  beat?: number;
}

/** The needle, or what became of it. */
export function Mark({ mark, beat }: MarkProps): ReactElement {
  return (
    <i className="rg-mark" data-mark={mark.kind} data-tone={mark.tone} style={placed({ '--at': mark.at })}>
      {mark.kind === 'needle' ? <i key={beat} className="rg-wake" /> : null}
    </i>
  );
}

/** Another mark fades in, in place of the old one; the needle with and without its wake is one mark. */
export function markKey(kind: RailMarkKind): RailMarkKind {
  return kind === 'still' ? 'needle' : kind;
}
