/** Three ways to show a text that grows. Each gets every token by itself, as messages of a socket bring them. */
import { useEffect, useState, type ReactElement } from 'react';
import { createRoot } from 'react-dom/client';
import { StreamText } from '../../src/components/realtime/StreamText.tsx';
import { browserPorts } from '../../src/services/realtime/browserPorts.ts';
import { createFrameScheduler } from '../../src/services/realtime/frameScheduler.ts';
import type { TextSource } from '../../src/services/realtime/jobText.ts';
import { createRope } from '../../src/services/realtime/outputRope.ts';

export interface Shown {
  token(text: string): void;
}

/** Shows `text` in `element`, and then what comes. */
export type Contender = (element: HTMLElement, text: string) => Shown;

/** The library: the rope and the scheduler of the client, and the component. */
const streamText: Contender = (element, text) => {
  const listeners = new Set<() => void>();
  let rope = createRope(text);
  const scheduler = createFrameScheduler(browserPorts(), () => {
    for (const listener of listeners) listener();
  });
  const source: TextSource = {
    read: () => ({ rope, offset: 0, generation: 0, isComplete: false }),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  createRoot(element).render(<StreamText source={source} caret />);
  return {
    token: (addition) => {
      rope = rope.append(addition);
      scheduler.schedule();
    },
  };
};

/** The floor: by hand, one text node more in each frame, and nothing that the platform does not need. */
const byHand: Contender = (element, text) => {
  const output = document.createElement('div');
  output.className = 'rg-stream';
  element.append(output);
  let block = document.createElement('div');
  const add = (addition: string): void => {
    block.append(addition);
    if (!addition.includes('\n')) return;
    block = document.createElement('div');
    output.append(block);
  };
  output.append(block);
  for (const line of text.split(/(?<=\n)/)) add(line);
  let waiting = '';
  return {
    token: (addition) => {
      if (waiting === '') {
        requestAnimationFrame(() => {
          add(waiting);
          waiting = '';
        });
      }
      waiting += addition;
    },
  };
};

/** As it is written first: the text is a state, and each token sets it. */
const state: Contender = (element, text) => {
  let append: ((addition: string) => void) | null = null;
  function Output(): ReactElement {
    const [value, setValue] = useState(text);
    useEffect(() => {
      append = (addition) => {
        setValue((before) => before + addition);
      };
    }, []);
    return <div className="rg-stream">{value}</div>;
  }
  createRoot(element).render(<Output />);
  return {
    token: (addition) => {
      append?.(addition);
    },
  };
};

export const CONTENDERS: Readonly<Record<string, Contender>> = { streamText, byHand, state };
