import type { Clock } from '@regen/realtime-shared';
import { hit, type Tally } from './tally.ts';

export type PacketFaultKind = 'duplicate' | 'reorder' | 'hole' | 'overlap';

interface Packet {
  connection: string;
  tab: number;
  event: string;
  /** The payload as JSON. */
  text: string;
}

/** Chunks of one job and channel that have gone down one connection, as far as they follow each other. */
interface Chunk {
  jobId: string;
  epoch: string;
  sequence: number;
  timestamp: number;
  text: string;
  offset: number;
  channel?: string;
  firstSequence?: number;
}

/** Faults of single job events on their way down; each hits the next events of its tab that it can hit. */
export interface PacketFaults {
  arm(kind: PacketFaultKind, tab: number, times: number): void;
  /** Lets a packet through, changed, doubled, later, or not at all. */
  pass(packet: Packet, arrive: (text: string) => void): void;
  forget(connection: string): void;
  disarm(): void;
}

/** A packet that waits to be overtaken waits no longer than this; ms. */
const HELD_MS = 120;
const REMEMBERED = 5;
const ENDS = ['job:completed', 'job:failed', 'job:cancelled'];

export function createPacketFaults(clock: Clock, tally: Tally): PacketFaults {
  let armed: { kind: PacketFaultKind; tab: number; left: number }[] = [];
  const heldBack = new Map<string, { release: () => void; overtakenBy: number }[]>();
  const chunks = new Map<string, Chunk[]>();

  function take(kind: PacketFaultKind, tab: number): boolean {
    const fault = armed.find((each) => each.kind === kind && each.tab === tab && each.left > 0);
    if (fault === undefined) return false;
    fault.left -= 1;
    hit(tally, kind);
    return true;
  }

  const isArmed = (kind: PacketFaultKind, tab: number): boolean =>
    armed.some((each) => each.kind === kind && each.tab === tab && each.left > 0);

  /** The chunks that a merged one may begin with: of the same text, one right after the other. */
  function remember(packet: Packet): { chunk: Chunk; before: readonly Chunk[] } {
    const chunk = JSON.parse(packet.text) as Chunk;
    const known = chunks.get(packet.connection) ?? [];
    const last = known.at(-1);
    const follows =
      last !== undefined &&
      last.jobId === chunk.jobId &&
      last.epoch === chunk.epoch &&
      last.channel === chunk.channel &&
      last.sequence + 1 === (chunk.firstSequence ?? chunk.sequence) &&
      last.offset + last.text.length === chunk.offset;
    chunks.set(packet.connection, [...(follows ? known.slice(1 - REMEMBERED) : []), chunk]);
    return { chunk, before: follows ? known : [] };
  }

  function overtake(connection: string): void {
    const held = heldBack.get(connection);
    if (held === undefined) return;
    for (const each of held) each.overtakenBy += 1;
    for (const each of held.filter(({ overtakenBy }) => overtakenBy >= 2)) each.release();
  }

  function holdBack(packet: Packet, arrive: (text: string) => void): void {
    const held = heldBack.get(packet.connection) ?? [];
    heldBack.set(packet.connection, held);
    const entry = {
      overtakenBy: 0,
      release: () => {
        clock.clearTimeout(timer);
        if (!held.includes(entry)) return;
        held.splice(held.indexOf(entry), 1);
        arrive(packet.text);
      },
    };
    const timer = clock.setTimeout(entry.release, HELD_MS);
    held.push(entry);
  }

  function passOn(packet: Packet, arrive: (text: string) => void): void {
    if (armed.length === 0 && packet.event !== 'model:chunk:v1') {
      arrive(packet.text);
      return;
    }
    // After a job's last event nothing would ever show that it is missing; a connection that loses it loses more.
    if (!ENDS.includes(packet.event) && take('hole', packet.tab)) return;
    if (take('reorder', packet.tab)) {
      holdBack(packet, arrive);
      return;
    }
    if (packet.event === 'model:chunk:v1') {
      const { chunk, before } = remember(packet);
      const [first] = before;
      if (first !== undefined && isArmed('overlap', packet.tab) && take('overlap', packet.tab)) {
        const text = [...before, chunk].map((each) => each.text).join('');
        const merged = { ...chunk, timestamp: first.timestamp, offset: first.offset, text };
        arrive(JSON.stringify({ ...merged, firstSequence: first.firstSequence ?? first.sequence }));
        return;
      }
    }
    arrive(packet.text);
    if (take('duplicate', packet.tab)) arrive(packet.text);
  }

  return {
    arm: (kind, tab, times) => {
      armed.push({ kind, tab, left: times });
    },
    pass: (packet, arrive) => {
      passOn(packet, arrive);
      overtake(packet.connection);
    },
    forget: (connection) => {
      chunks.delete(connection);
      for (const each of [...(heldBack.get(connection) ?? [])]) each.release();
      heldBack.delete(connection);
    },
    disarm: () => {
      armed = [];
    },
  };
}
