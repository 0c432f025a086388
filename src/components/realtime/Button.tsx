'use client';
import type { ComponentPropsWithoutRef, ReactElement } from 'react';
import { classNames } from './classNames.ts';

export interface ButtonProps extends ComponentPropsWithoutRef<'button'> {
  look?: 'filled' | 'outlined' | 'bare';
}

const LOOKS = {
  filled: 'rg-button-filled rg:bg-accent rg:text-on-accent rg:hover:bg-accent-hover',
  outlined: 'rg-button-outlined rg:shadow-outline rg:hover:bg-hover',
  bare: 'rg:text-ink-2 rg:hover:bg-hover',
} as const;

export function Button({ look = 'outlined', className, ...rest }: ButtonProps): ReactElement {
  return (
    <button
      type="button"
      {...rest}
      className={classNames(
        'rg:inline-flex rg:h-control rg:flex-none rg:items-center rg:justify-center rg:gap-1.5 rg:rounded-s rg:px-2.5',
        'rg:font-medium rg:whitespace-nowrap rg:transition-colors rg:duration-fast',
        LOOKS[look],
        className,
      )}
    />
  );
}
