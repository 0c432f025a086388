'use client';
import type { ComponentPropsWithoutRef, ReactElement } from 'react';

interface HeadingProps extends ComponentPropsWithoutRef<'div'> {
  level: 2 | 3;
}

/** A heading that a host page's rules for `h2` and `h3` do not find: those of no layer would win over ours. */
export function Heading({ level, ...rest }: HeadingProps): ReactElement {
  return <div role="heading" aria-level={level} {...rest} />;
}
