import { expect, test } from 'vitest';
import { createClientEvents } from './clientEvents.ts';
import { RealtimeError } from './errors.ts';
import { createJobText } from './jobText.ts';
import { createListeners } from './listeners.ts';
import { INITIAL_CONNECTION, createStore } from './realtimeStore.ts';
import { createReports } from './reports.ts';

/** Everything of the client that listeners are given to, and how each tells of something. */
const PLACES: { name: string; open: () => { listen: (listener: () => void) => () => void; tell: () => void } }[] = [
  {
    name: 'listeners',
    open: () => {
      const listeners = createListeners(() => undefined);
      return { listen: listeners.add, tell: listeners.call };
    },
  },
  {
    name: 'the store',
    open: () => {
      const store = createStore(0, () => undefined);
      return {
        listen: store.subscribe,
        tell: () => {
          store.setState(store.getState() + 1);
        },
      };
    },
  },
  {
    name: "the client's events",
    open: () => {
      const events = createClientEvents(() => undefined);
      return {
        listen: (listener) => events.on('socket:connected', listener),
        tell: () => {
          events.statusChanged({ ...INITIAL_CONNECTION, socketStatus: 'connected' }, false);
        },
      };
    },
  },
  {
    name: 'reports',
    open: () => {
      const reports = createReports();
      return {
        listen: reports.listen,
        tell: () => {
          reports.report(new RealtimeError('storage', 'Full.'));
        },
      };
    },
  },
  {
    name: 'the text of a job',
    open: () => {
      const text = createJobText(
        () => undefined,
        () => undefined,
      );
      return {
        listen: text.source('a').subscribe,
        tell: () => {
          text.touch('a');
          text.deliver();
        },
      };
    },
  },
];

test.each(PLACES)('who listens anew when it is called is called once each time: $name', ({ open }) => {
  const { listen, tell } = open();
  let calls = 0;
  let leave: () => void = () => undefined;
  const again = (): void => {
    calls += 1;
    leave();
    leave = listen(again);
  };
  leave = listen(again);
  tell();
  expect(calls).toBe(1);
  tell();
  expect(calls).toBe(2);
});

test.each(PLACES)('one function that listens twice is called twice, and leaves once for each: $name', ({ open }) => {
  const { listen, tell } = open();
  let calls = 0;
  const count = (): void => {
    calls += 1;
  };
  const leave = listen(count);
  listen(count);
  tell();
  expect(calls).toBe(2);
  leave();
  leave();
  tell();
  expect(calls).toBe(3);
});

test.each(PLACES)('who is removed while others are called is not called: $name', ({ open }) => {
  const { listen, tell } = open();
  const calls: string[] = [];
  let leave: () => void = () => undefined;
  listen(() => {
    calls.push('first');
    leave();
  });
  leave = listen(() => calls.push('second'));
  tell();
  expect(calls).toEqual(['first']);
});

test.each(PLACES)('one that throws stops no other: $name', ({ open }) => {
  const { listen, tell } = open();
  const calls: string[] = [];
  listen(() => {
    throw new Error('Broken.');
  });
  listen(() => calls.push('second'));
  tell();
  expect(calls).toEqual(['second']);
});
