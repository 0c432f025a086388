import type { ForwardRefExoticComponent, RefAttributes } from 'react';

/** A component that hands its `ref` on to its outermost element. In React 18 a function component gets none as a prop. */
export type WithRef<Props, Root> = ForwardRefExoticComponent<Props & RefAttributes<Root>>;
