'use client';
import { Fragment, type ReactElement } from 'react';
import type { Part, Sentence } from '../../presentation/words.ts';

/** A sentence of the catalogue: titles keep their own direction, figures one width. */
export function SentenceText({ sentence }: { sentence: Sentence }): ReactElement[] {
  // A sentence has no identity but its order.
  return sentence.map((part, index) => <PartText key={index} part={part} />);
}

function PartText({ part }: { part: Part }): ReactElement {
  switch (part.kind) {
    case 'title':
      return (
        <bdi className="rg:text-ink" dir="auto">
          {part.text}
        </bdi>
      );
    case 'number':
      return <span className="rg:tabular-nums rg:text-ink">{part.text}</span>;
    case 'strong':
      return <strong>{part.text}</strong>;
    case 'text':
      return <Fragment>{part.text}</Fragment>;
  }
}
