'use client';
import type { ComponentPropsWithoutRef, ReactElement } from 'react';
import { classNames } from './classNames.ts';
import { Glyph } from './Glyph.tsx';
import type { GlyphName } from '../../presentation/tone.ts';

export interface IconButtonProps extends Omit<ComponentPropsWithoutRef<'button'>, 'children' | 'aria-label'> {
  glyph: GlyphName;
  /** What it does, for those who do not see the sign. */
  label: string;
  /** What it opens is open beside it. */
  isOn?: boolean;
}

export function IconButton({ glyph, label, isOn = false, className, ...rest }: IconButtonProps): ReactElement {
  return (
    <button
      type="button"
      aria-label={label}
      {...rest}
      className={classNames(
        'rg:inline-grid rg:size-control rg:flex-none rg:place-items-center rg:rounded-s',
        'rg:transition-colors rg:duration-fast rg:hover:bg-hover',
        isOn ? 'rg:bg-press rg:text-ink' : 'rg:text-ink-3',
        className,
      )}
    >
      <Glyph name={glyph} />
    </button>
  );
}
