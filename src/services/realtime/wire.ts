/** One connection to a server, as the client needs it: socket.io in production, a modelled link in simulations. */
import type { HandshakeError } from '@regen/realtime-shared';

export interface WireHandlers {
  onOpen(): void;
  /** The attempt failed; `refusal` is what the server said, null where nothing answered. */
  onOpenFailed(refusal: HandshakeError | null): void;
  /** After `onOpen`: nothing more will arrive. */
  onClose(): void;
  onEvent(event: string, args: readonly unknown[]): void;
  /** Anything at all was heard, also a heartbeat. */
  onContact(): void;
}

export interface Wire {
  /** Sends one command. `onAck` is called at most once; never if the answer does not come. */
  send(event: string, payload: unknown, onAck: (answer: unknown) => void): void;
  /** Ends the connection without calling a handler again. */
  close(): void;
}

export interface WireTarget {
  url: string;
  token: string | null;
}

/** Starts one attempt. No handler is called before this has returned. */
export type OpenWire = (target: WireTarget, handlers: WireHandlers) => Wire;
