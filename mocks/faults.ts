import { assertNever } from '@regen/realtime-shared';
import type { Packet } from 'socket.io-parser';

/** Direction on the wire: `up` from client to server, `down` from server to client. */
export type Direction = 'up' | 'down';

/**
 * What a network can do to its connections, as data. Faults compose: each is in force until it is lifted or, where it has
 * `times`, used up; `drop` is over at once.
 */
export type Fault =
  /** Attempts to connect fail; open connections stay. */
  | { kind: 'refuse' }
  /** Cuts every connection now, and what is on its way is lost; `clean` gives close code 1000 instead of 1006. */
  | { kind: 'drop'; clean?: boolean }
  /** Cuts every connection now and refuses new ones. */
  | { kind: 'offline' }
  /** Adds ms of virtual time each way; order is kept. Several add up. */
  | { kind: 'delay'; up?: number; down?: number }
  /** Carries so many bytes a second each way; of several the slowest counts. Lifted, the backlog flows. */
  | { kind: 'slow'; bytesPerSecond: number }
  /**
   * Nothing gets through either way and no close is told: each end has to find out by itself. A connection that was open
   * meanwhile stays dead afterwards; an attempt hangs.
   */
  | { kind: 'half-open' }
  /** Holds one direction back, closes included; when lifted everything follows in order, nothing is lost. */
  | { kind: 'stall'; direction: Direction }
  | PacketFault;

/** A fault of single events on their way down. Packets that are no events (acks, connects, pings) are left alone. */
export type PacketFault =
  /** The event arrives twice. */
  | ({ kind: 'duplicate' } & PacketSelection)
  /** The event is held back until `past` (1 if left out) later events of its connection have arrived. */
  | ({ kind: 'reorder'; past?: number } & PacketSelection)
  /** The event never arrives. */
  | ({ kind: 'hole' } & PacketSelection)
  /** The event arrives as something else. */
  | ({ kind: 'malformed'; replaceWith: Replacement } & PacketSelection);

export interface PacketSelection {
  /** An event's name, several, or a predicate; every event if left out. */
  match?: string | readonly string[] | ((event: DownEvent) => boolean);
  /** How many matching events are hit, 1 if left out; `Infinity` until lifted. */
  times?: number;
}

export interface DownEvent {
  namespace: string;
  event: string;
  /** What follows the event's name. */
  args: readonly unknown[];
}

export type Replacement =
  | { args: readonly unknown[] }
  | { change: (args: readonly unknown[]) => readonly unknown[] }
  /** One raw WebSocket text message, such as `42["half`. */
  | { frame: string };

export function isPacketFault(fault: Fault): fault is PacketFault {
  return fault.kind === 'duplicate' || fault.kind === 'reorder' || fault.kind === 'hole' || fault.kind === 'malformed';
}

/** One line for a person, without the count that is left. */
export function describeFault(fault: Fault): string {
  switch (fault.kind) {
    case 'refuse':
      return 'refuses connections';
    case 'drop':
      return fault.clean ? 'closes every connection' : 'cuts every connection';
    case 'offline':
      return 'offline';
    case 'delay':
      return `delays ${fault.up ?? 0} ms up, ${fault.down ?? 0} ms down`;
    case 'slow':
      return `carries ${fault.bytesPerSecond} bytes a second`;
    case 'half-open':
      return 'half-open: nothing gets through, nobody is told';
    case 'stall':
      return `holds back everything going ${fault.direction}`;
    case 'duplicate':
      return `duplicates ${describeMatch(fault)}`;
    case 'reorder':
      return `holds back ${describeMatch(fault)} past the next ${fault.past ?? 1}`;
    case 'hole':
      return `swallows ${describeMatch(fault)}`;
    case 'malformed':
      return `replaces ${describeMatch(fault)}`;
    default:
      return assertNever(fault);
  }
}

function describeMatch({ match }: PacketSelection): string {
  if (match === undefined) return 'events';
  if (typeof match === 'function') return 'some events';
  return typeof match === 'string' ? match : match.join(', ');
}

/** The event that a packet carries; `undefined` if it is no event. */
export function downEventOf(packet: Packet): DownEvent | undefined {
  const data: unknown = packet.data;
  // 2 is EVENT; the encoder makes it BINARY_EVENT by itself.
  if (packet.type !== 2 || !Array.isArray(data)) return undefined;
  const [event, ...args] = data as unknown[];
  return { namespace: packet.nsp, event: String(event), args };
}

export function matches({ match }: PacketSelection, event: DownEvent): boolean {
  if (match === undefined) return true;
  if (typeof match === 'function') return match(event);
  return typeof match === 'string' ? match === event.event : match.includes(event.event);
}
