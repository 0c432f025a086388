import type { Clock } from '@regen/realtime-shared';
import type { Direction } from '../faults.ts';
import type { LinkedConnection } from '../link.ts';
import { wireLength, type WireData } from './binary.ts';
import { describeFrame, encodePacket, type WirePacket } from './frames.ts';
import { createLane } from './lane.ts';
import type { Downward } from './packetStage.ts';

/** The two ends that a link connects. All are called at the moment at which the thing arrives there. */
export interface LinkEnds {
  /** The attempt to connect has reached the server. */
  openServer(): void;
  toServer(data: WireData): void;
  /** The server's end learns that the connection is gone. */
  closeServer(): void;
  toClient(data: WireData): void;
  closeClient(code: number): void;
}

/** A connection as its link sees it. */
export interface Carrier extends LinkedConnection {
  /** Ends the connection at both ends now, and loses what is on its way. */
  cut(code: number): void;
  /** Nothing passes any more, and nobody is told. */
  die(): void;
  deliver(downward: Downward): void;
  resume(): void;
  hurry(): void;
}

export interface LinkedConnectionOptions {
  clock: Clock;
  number: number;
  ends: LinkEnds;
  delayMs(direction: Direction): number;
  bytesPerSecond(): number;
  isStalled(direction: Direction): boolean;
  process(connection: object, downward: Downward): readonly Downward[];
  log(packet: WirePacket): void;
  isLogged(): boolean;
  /** Neither end knows the connection any more. */
  ended(): void;
}

export function createLinkedConnection(options: LinkedConnectionOptions): Carrier {
  const { clock, number, ends } = options;
  const lane = (direction: Direction) =>
    createLane({
      clock,
      delayMs: () => options.delayMs(direction),
      bytesPerSecond: options.bytesPerSecond,
      isHeldBack: () => options.isStalled(direction),
    });
  const up = lane('up');
  const down = lane('down');
  let isDead = false;
  let serverOpen = true;
  let clientOpen = true;

  const closeEnd = (end: 'server' | 'client'): void => {
    if (end === 'server') {
      serverOpen = false;
      up.discard();
    } else {
      clientOpen = false;
      down.discard();
    }
    if (!serverOpen && !clientOpen) options.ended();
  };

  const log = (direction: Direction, data: WireData, isLost = isDead): void => {
    if (!options.isLogged()) return;
    options.log({
      connection: number,
      direction,
      at: clock.now(),
      ...describeFrame(data),
      data,
      ...(isLost && { lost: true }),
    });
  };

  const sendFrame = (data: WireData): void => {
    if (isDead) {
      log('down', data);
      return;
    }
    down.push(() => {
      if (!clientOpen) return;
      log('down', data);
      ends.toClient(data);
    }, wireLength(data));
  };

  const deliver = (downward: Downward): void => {
    const frames = downward.kind === 'frame' ? [downward.frame] : encodePacket(downward.packet);
    for (const frame of frames) {
      if (downward.kind === 'lost') log('down', frame, true);
      else sendFrame(frame);
    }
  };

  const carrier: Carrier = {
    number,
    open: () => {
      if (!isDead) up.push(ends.openServer);
    },
    sendPacket: (packet) => {
      if (!serverOpen) return;
      for (const downward of options.process(carrier, { kind: 'packet', packet })) deliver(downward);
    },
    sendFrame: (data) => {
      if (serverOpen) sendFrame(data);
    },
    close: (code) => {
      if (!serverOpen) return;
      closeEnd('server');
      if (isDead) return;
      down.push(() => {
        if (!clientOpen) return;
        closeEnd('client');
        ends.closeClient(code);
      });
    },
    receive: (data) => {
      if (!clientOpen) return;
      log('up', data);
      if (isDead || !serverOpen) return;
      up.push(() => {
        ends.toServer(data);
      }, wireLength(data));
    },
    clientClosed: () => {
      if (!clientOpen) return;
      closeEnd('client');
      if (isDead || !serverOpen) return;
      up.push(() => {
        closeEnd('server');
        ends.closeServer();
      });
    },
    cut: (code) => {
      const wasServerOpen = serverOpen;
      const wasClientOpen = clientOpen;
      if (wasServerOpen) closeEnd('server');
      if (wasClientOpen) closeEnd('client');
      if (wasServerOpen) ends.closeServer();
      if (wasClientOpen) ends.closeClient(code);
    },
    die: () => {
      isDead = true;
      up.discard();
      down.discard();
    },
    deliver: (downward) => {
      if (serverOpen || clientOpen) deliver(downward);
    },
    resume: () => {
      up.resume();
      down.resume();
    },
    hurry: () => {
      up.hurry();
      down.hurry();
    },
  };
  return carrier;
}
