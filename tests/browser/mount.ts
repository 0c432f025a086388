import type { ReactElement } from 'react';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import { onTestFinished } from 'vitest';

export interface Mounted {
  /** What the element is rendered into; it is attached to the page. */
  container: HTMLElement;
  /** Renders now, effects included. */
  render(element: ReactElement): void;
  unmount(): void;
}

/** Renders an element into the page at once, and takes it away after the test. */
export function mount(element: ReactElement): Mounted {
  const container = document.createElement('div');
  document.body.append(container);
  const root = createRoot(container);
  let isMounted = true;
  const mounted: Mounted = {
    container,
    render: (next) => {
      flushSync(() => {
        root.render(next);
      });
    },
    unmount: () => {
      if (!isMounted) return;
      isMounted = false;
      flushSync(() => {
        root.unmount();
      });
      container.remove();
    },
  };
  onTestFinished(mounted.unmount);
  mounted.render(element);
  return mounted;
}
