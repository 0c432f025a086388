/** The device as all parts of a client see it: of its page nothing is touched before `open`, or after `close`. */
import { createListeners } from './listeners.ts';
import type { Environment, EnvironmentSignal } from './ports.ts';

export interface ClientEnvironment extends Environment {
  /** From here on signals are passed on. Called once. */
  open(): void;
  close(): void;
}

export function createClientEnvironment(device: Environment): ClientEnvironment {
  const listeners = createListeners<[EnvironmentSignal]>((cause) => {
    // A mistake of ours: it shows itself as one, and stops no other part.
    queueMicrotask(() => {
      throw cause;
    });
  });
  let leave: () => void = () => undefined;
  return {
    isOnline: () => device.isOnline(),
    isVisible: () => device.isVisible(),
    subscribe: listeners.add,
    open: () => {
      leave = device.subscribe(listeners.call);
    },
    close: () => {
      leave();
    },
  };
}
