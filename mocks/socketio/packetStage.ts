import { assertNever } from '@regen/realtime-shared';
import type { Packet } from 'socket.io-parser';
import { downEventOf, matches, type DownEvent, type PacketFault, type Replacement } from '../faults.ts';

/** What goes down to one client: a Socket.IO packet, raw text in the place of one, or a packet that is only logged. */
export type Downward =
  { kind: 'packet'; packet: Packet } | { kind: 'frame'; frame: string } | { kind: 'lost'; packet: Packet };

/** A packet fault at work on all connections of a link. */
export interface PacketStage {
  /** What arrives instead of `downward` at `connection`, in order; empty if nothing does for now. */
  process(connection: object, downward: Downward): readonly Downward[];
  /** Matching events that are still to be hit. */
  remaining(): number;
  /** Nothing is left to hit and nothing is held back. */
  isSpent(): boolean;
  /** Gives up what is held back, in order. */
  release(): readonly { connection: object; downward: Downward }[];
  /** The connection is gone, and with it what was held back from it. */
  forget(connection: object): void;
}

interface Held {
  readonly connection: object;
  readonly downward: Downward;
  /** Later events that it still has to wait for. */
  left: number;
}

export function createPacketStage(fault: PacketFault): PacketStage {
  let remaining = fault.times ?? 1;
  let held: Held[] = [];

  const hit = (downward: Downward, packet: Packet, event: DownEvent, connection: object): readonly Downward[] => {
    switch (fault.kind) {
      case 'duplicate':
        return [downward, downward];
      case 'hole':
        return [{ kind: 'lost', packet }];
      case 'malformed':
        return [replace(packet, event, fault.replaceWith)];
      case 'reorder':
        held.push({ connection, downward, left: fault.past ?? 1 });
        return [];
      default:
        return assertNever(fault);
    }
  };

  const overtake = (connection: object): readonly Downward[] => {
    const arrived: Downward[] = [];
    for (const item of held) {
      if (item.connection !== connection) continue;
      item.left -= 1;
      if (item.left <= 0) arrived.push(item.downward);
    }
    if (arrived.length > 0) held = held.filter((item) => item.left > 0);
    return arrived;
  };

  return {
    process: (connection, downward) => {
      if (downward.kind === 'lost') return [downward];
      if (downward.kind === 'packet') {
        const event = downEventOf(downward.packet);
        if (event === undefined) return [downward];
        if (remaining > 0 && matches(fault, event)) {
          remaining -= 1;
          return hit(downward, downward.packet, event, connection);
        }
      }
      return [downward, ...overtake(connection)];
    },
    remaining: () => remaining,
    isSpent: () => remaining <= 0 && held.length === 0,
    release: () => {
      const released = held;
      held = [];
      return released;
    },
    forget: (connection) => {
      held = held.filter((item) => item.connection !== connection);
    },
  };
}

function replace(packet: Packet, { event, args }: DownEvent, replacement: Replacement): Downward {
  if ('frame' in replacement) return { kind: 'frame', frame: replacement.frame };
  const changed = 'args' in replacement ? replacement.args : replacement.change(args);
  return { kind: 'packet', packet: { ...packet, data: [event, ...changed] } };
}
