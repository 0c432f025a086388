import type { Clock } from '@regen/realtime-shared';
import type { Packet } from 'socket.io-parser';
import { describeFault, isPacketFault, type Direction, type Fault } from './faults.ts';
import type { WireData } from './socketio/binary.ts';
import type { WirePacket } from './socketio/frames.ts';
import { createLinkedConnection, type Carrier, type LinkEnds } from './socketio/linkedConnection.ts';
import { createPacketStage, type Downward, type PacketStage } from './socketio/packetStage.ts';

/** The network between the clients and the server of one address. It outlives a server that stops and starts again. */
export interface Link {
  /** Puts a fault in force. `drop` is over when this returns. */
  apply(fault: Fault): AppliedFault;
  /** The faults in force, oldest first. */
  faults(): readonly AppliedFault[];
  /** The faults in force for a UI, oldest first. */
  describe(): readonly FaultDescription[];
  liftAll(): void;
  /** Calls back after a fault began, hit a packet or ended. Returns its unsubscribe. */
  onChange(listener: () => void): () => void;
  /** Calls back for every message on the wire, the lost ones included. Returns its unsubscribe. */
  onPacket(listener: (packet: WirePacket) => void): () => void;
  /** How many connections are open at either end. */
  readonly connections: number;

  /** For clients: whether an attempt to connect to `url` gets through to a server that listens. */
  canReach(url: string): boolean;
  /** For servers: `url` is served from now on, until the returned function is called. */
  listen(url: string): () => void;
  /** For servers: a client's WebSocket has opened. */
  carry(ends: LinkEnds): LinkedConnection;
}

/** A fault in force, or one that was. */
export interface AppliedFault {
  readonly id: number;
  readonly fault: Fault;
  readonly isActive: boolean;
  /** Packets that it will still hit; `undefined` for a fault that does not count. */
  readonly remaining: number | undefined;
  /** Ends it; what it held back is delivered now. Again, or after its end: nothing. */
  lift(): void;
}

export interface FaultDescription {
  id: number;
  kind: Fault['kind'];
  text: string;
  remaining?: number;
}

/** A server's handle on one connection. */
export interface LinkedConnection {
  readonly number: number;
  /** Sends the attempt to connect on its way to the server. */
  open(): void;
  /** Sends a Socket.IO packet down, through the packet faults. */
  sendPacket(packet: Packet): void;
  /** Sends one message down as it is. */
  sendFrame(data: WireData): void;
  /** Tells the client behind all that was sent before. The server's end is closed at once. */
  close(code: number): void;
  /** A message came from the client. */
  receive(data: WireData): void;
  /** The client closed its end. */
  clientClosed(): void;
}

interface Applied {
  readonly id: number;
  readonly fault: Fault;
  readonly stage: PacketStage | undefined;
}

export function createLink({ clock }: { clock: Clock }): Link {
  const listening = new Set<string>();
  const carriers = new Set<Carrier>();
  const packetListeners = new Set<(packet: WirePacket) => void>();
  const changeListeners = new Set<() => void>();
  let inForce: Applied[] = [];
  let faultCount = 0;
  let connectionCount = 0;

  const changed = (): void => {
    for (const listener of [...changeListeners]) listener();
  };
  const has = (kind: Fault['kind']): boolean => inForce.some(({ fault }) => fault.kind === kind);
  const delayMs = (direction: Direction): number =>
    inForce.reduce((sum, { fault }) => sum + (fault.kind === 'delay' ? (fault[direction] ?? 0) : 0), 0);
  const bytesPerSecond = (): number =>
    Math.min(Infinity, ...inForce.map(({ fault }) => (fault.kind === 'slow' ? fault.bytesPerSecond : Infinity)));
  const isStalled = (direction: Direction): boolean =>
    inForce.some(({ fault }) => fault.kind === 'stall' && fault.direction === direction);

  const dropSpent = (): void => {
    inForce = inForce.filter(({ stage }) => !stage?.isSpent());
  };

  /** Changes with every packet that is hit and every fault that is used up. */
  const toHit = (): string => inForce.map(({ id, stage }) => `${id}:${stage?.remaining() ?? ''}`).join();

  const process = (connection: object, downward: Downward): readonly Downward[] => {
    const before = toHit();
    let current: readonly Downward[] = [downward];
    for (const { stage } of inForce) {
      if (stage) current = current.flatMap((item) => stage.process(connection, item));
    }
    dropSpent();
    if (toHit() !== before) changed();
    return current;
  };

  const lift = (applied: Applied): void => {
    if (!inForce.includes(applied)) return;
    inForce = inForce.filter((other) => other !== applied);
    for (const { connection, downward } of applied.stage?.release() ?? []) {
      // The stage was given carriers as connections by the carriers themselves.
      (connection as Carrier).deliver(downward);
    }
    for (const carrier of [...carriers]) {
      if (applied.fault.kind === 'slow') carrier.hurry();
      else carrier.resume();
    }
    changed();
  };

  const begin = (fault: Fault): void => {
    for (const carrier of [...carriers]) {
      if (fault.kind === 'drop') carrier.cut(fault.clean ? 1000 : 1006);
      if (fault.kind === 'offline') carrier.cut(1006);
      if (fault.kind === 'half-open') carrier.die();
    }
  };

  return {
    apply: (fault) => {
      const applied: Applied = {
        id: (faultCount += 1),
        fault,
        stage: isPacketFault(fault) ? createPacketStage(fault) : undefined,
      };
      // In force before the cuts: a client that tries again from its close handler is to be refused already.
      if (fault.kind !== 'drop') inForce = [...inForce, applied];
      begin(fault);
      changed();
      return toAppliedFault(applied, () => inForce.includes(applied), lift);
    },
    faults: () => inForce.map((applied) => toAppliedFault(applied, () => inForce.includes(applied), lift)),
    describe: () =>
      inForce.map(({ id, fault, stage }) => ({
        id,
        kind: fault.kind,
        text: describeFault(fault),
        ...(stage && { remaining: stage.remaining() }),
      })),
    liftAll: () => {
      for (const applied of [...inForce]) lift(applied);
    },
    onChange: (listener) => {
      changeListeners.add(listener);
      return () => {
        changeListeners.delete(listener);
      };
    },
    onPacket: (listener) => {
      packetListeners.add(listener);
      return () => {
        packetListeners.delete(listener);
      };
    },
    get connections() {
      return carriers.size;
    },
    canReach: (url) => listening.has(url.replace(/\?.*$/s, '')) && !has('refuse') && !has('offline'),
    listen: (url) => {
      listening.add(url);
      return () => {
        listening.delete(url);
      };
    },
    carry: (ends) => {
      const carrier = createLinkedConnection({
        clock,
        number: (connectionCount += 1),
        ends,
        delayMs,
        bytesPerSecond,
        isStalled,
        process,
        log: (packet) => {
          for (const listener of [...packetListeners]) listener(packet);
        },
        isLogged: () => packetListeners.size > 0,
        ended: () => {
          carriers.delete(carrier);
          const before = inForce.length;
          for (const { stage } of inForce) stage?.forget(carrier);
          dropSpent();
          if (inForce.length !== before) changed();
        },
      });
      carriers.add(carrier);
      if (has('half-open')) carrier.die();
      return carrier;
    },
  };
}

function toAppliedFault(applied: Applied, isActive: () => boolean, lift: (applied: Applied) => void): AppliedFault {
  return {
    id: applied.id,
    fault: applied.fault,
    get isActive() {
      return isActive();
    },
    get remaining() {
      return applied.stage?.remaining();
    },
    lift: () => {
      lift(applied);
    },
  };
}
