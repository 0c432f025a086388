import { JOB_EVENT_NAMES, type Clock, type HandshakeError, type Random } from '@regen/realtime-shared';
import type { OpenWire, WireHandlers } from '../../../src/services/realtime/wire.ts';
import { createPacketFaults, type PacketFaults } from './packetFaults.ts';
import { hit, type Tally } from './tally.ts';

/** The server's end of one connection. */
export interface ServerEnd {
  readonly id: string;
  emit(event: string, payload: unknown): void;
  /** The answer to the attempt: accepted, or refused. */
  answer(refusal: HandshakeError | null): void;
  close(): void;
}
export interface ServerHandlers {
  onCommand(event: string, payload: unknown, ack: (answer: unknown) => void): void;
  /** Called once, unless the server closed it. */
  onClose(): void;
}
/** A server takes an attempt to connect, or does not listen. */
export type Accept = (end: ServerEnd, token: string | null) => ServerHandlers | null;

/**
 * The network between pages and servers: messages arrive in order, late, as copies, and not at all once a connection
 * was cut. Faults of the protocol's own making (doubled, held back, lost or merged events) are its `packets`.
 */
export interface Network {
  /** The wire of one page. */
  wireOf(page: { tab: number; clock: Clock; isReachable(): boolean; isGone(): boolean }): OpenWire;
  readonly packets: PacketFaults;
  /** Cuts what is open now. */
  cut(tab: number | 'all'): void;
  /** What is open now is dead, and nobody is told; so is what opens until the returned function is called. */
  halfOpen(tab: number | 'all'): () => void;
  refuse(): () => void;
  delay(ms: number): () => void;
  /** Connections that either end still holds. */
  open(): number;
}

interface Connection {
  readonly tab: number;
  /** Dies with both ends told. */
  cut(): void;
  freeze(): void;
}

const PING_INTERVAL_MS = 1_000;
const PING_TIMEOUT_MS = 1_000;
const OPEN_DEADLINE_MS = 1_000;

const jobEvents: readonly string[] = JOB_EVENT_NAMES;

export function createNetwork(options: {
  clock: Clock;
  random: Random;
  tally: Tally;
  /** The server that an attempt reaches. */
  accept: Accept;
}): Network {
  const { clock, random, tally } = options;
  const connections = new Set<Connection>();
  const packets = createPacketFaults(clock, tally);
  const frozenTabs: (number | 'all')[] = [];
  const delays: number[] = [];
  let refusing = 0;
  let count = 0;

  const isFrozen = (tab: number): boolean => frozenTabs.some((frozen) => frozen === 'all' || frozen === tab);

  /** Carries messages one way, in order. */
  function createLane(isAlive: () => boolean): (deliver: () => void) => void {
    const base = 1 + Math.floor(random() * 25);
    let last = 0;
    return (deliver) => {
      const extra = delays.reduce((sum, ms) => sum + ms, 0);
      if (extra > 0) hit(tally, 'delay');
      const at = Math.max(last, clock.now() + base + Math.floor(random() * 4) + extra);
      last = at;
      clock.setTimeout(() => {
        if (isAlive()) deliver();
      }, at - clock.now());
    };
  }

  function connect(
    page: { tab: number; clock: Clock; isReachable(): boolean; isGone(): boolean },
    token: string | null,
    handlers: WireHandlers,
  ): ReturnType<OpenWire> {
    count += 1;
    const { tab } = page;
    let clientState: 'opening' | 'open' | 'ended' = 'opening';
    let server: ServerHandlers | null = null;
    let serverEnded = false;
    let frozen = isFrozen(tab);
    if (frozen) hit(tally, 'half_open');
    const up = createLane(() => !frozen && !serverEnded);
    const down = createLane(() => !frozen);
    const acks = new Map<number, (answer: unknown) => void>();
    let commands = 0;
    let serverPing: ReturnType<Clock['setTimeout']> | undefined;
    let heardByServer = clock.now();
    let patience = page.clock.setTimeout(failToOpen, OPEN_DEADLINE_MS);

    function endClient(): void {
      clientState = 'ended';
      page.clock.clearTimeout(patience);
      acks.clear();
      forget();
    }
    function endServer(tell: boolean): void {
      if (serverEnded) return;
      serverEnded = true;
      clock.clearTimeout(serverPing);
      if (tell) server?.onClose();
      packets.forget(end.id);
      forget();
    }
    function forget(): void {
      // On a dead link an attempt that has not reached a server never will.
      if (clientState === 'ended' && (serverEnded || (frozen && server === null))) connections.delete(connection);
    }
    function failToOpen(): void {
      if (clientState !== 'opening') return;
      endClient();
      up(() => {
        endServer(true);
      });
      handlers.onOpenFailed(null);
    }
    function closeClient(): void {
      if (clientState === 'opening') failToOpen();
      if (clientState !== 'open') return;
      endClient();
      handlers.onClose();
    }
    function expectPing(): void {
      page.clock.clearTimeout(patience);
      patience = page.clock.setTimeout(() => {
        closeClient();
        up(() => {
          endServer(true);
        });
      }, PING_INTERVAL_MS + PING_TIMEOUT_MS);
    }
    function ping(): void {
      serverPing = clock.setTimeout(() => {
        if (clock.now() - heardByServer > PING_INTERVAL_MS + PING_TIMEOUT_MS) {
          endServer(true);
          return;
        }
        down(() => {
          if (clientState !== 'open') return;
          expectPing();
          handlers.onContact();
          up(() => {
            heardByServer = clock.now();
          });
        });
        ping();
      }, PING_INTERVAL_MS);
    }

    const end: ServerEnd = {
      id: `connection-${String(count)}`,
      emit: (event, payload) => {
        if (serverEnded) return;
        if (event.startsWith('auth:')) hit(tally, 'short_tokens');
        const text = JSON.stringify(payload);
        const arrive = (message: string): void => {
          down(() => {
            if (clientState === 'open') handlers.onEvent(event, [JSON.parse(message)]);
          });
        };
        if (jobEvents.includes(event)) packets.pass({ connection: end.id, tab, event, text }, arrive);
        else arrive(text);
      },
      answer: (refusal) => {
        if (serverEnded) return;
        down(() => {
          if (clientState !== 'opening') return;
          if (refusal !== null) {
            endClient();
            handlers.onOpenFailed(refusal);
            return;
          }
          clientState = 'open';
          expectPing();
          handlers.onOpen();
        });
        if (refusal !== null) endServer(false);
        else ping();
      },
      close: () => {
        if (serverEnded) return;
        endServer(false);
        down(closeClient);
      },
    };

    const connection: Connection = {
      tab,
      cut: () => {
        frozen = true;
        endServer(true);
        if (page.isGone()) endClient();
        // The client's end is told in a moment of its own.
        else page.clock.setTimeout(closeClient, 0);
      },
      freeze: () => {
        frozen = true;
        forget();
      },
    };
    connections.add(connection);

    page.clock.setTimeout(() => {
      if (refusing > 0 || !page.isReachable()) {
        if (refusing > 0) hit(tally, 'refuse');
        serverEnded = true;
        failToOpen();
      }
    }, 0);
    up(() => {
      if (clientState === 'ended') {
        endServer(false);
        return;
      }
      server = options.accept(end, token);
      if (server !== null) return;
      serverEnded = true;
      down(failToOpen);
    });

    return {
      send: (event, payload, onAck) => {
        if (clientState !== 'open') return;
        const id = (commands += 1);
        acks.set(id, onAck);
        const text = JSON.stringify(payload);
        up(() => {
          server?.onCommand(event, JSON.parse(text), (answer) => {
            if (serverEnded) return;
            const reply = JSON.stringify(answer);
            down(() => {
              acks.get(id)?.(JSON.parse(reply));
              acks.delete(id);
            });
          });
        });
      },
      close: () => {
        if (clientState === 'ended') return;
        endClient();
        up(() => {
          endServer(true);
        });
      },
    };
  }

  return {
    wireOf:
      (page) =>
      ({ token }, handlers) =>
        connect(page, token, handlers),
    packets,
    cut: (tab) => {
      for (const connection of [...connections]) {
        if (tab !== 'all' && connection.tab !== tab) continue;
        hit(tally, 'drop');
        connection.cut();
      }
    },
    halfOpen: (tab) => {
      frozenTabs.push(tab);
      for (const connection of connections) {
        if (tab !== 'all' && connection.tab !== tab) continue;
        hit(tally, 'half_open');
        connection.freeze();
      }
      return () => {
        frozenTabs.splice(frozenTabs.indexOf(tab), 1);
      };
    },
    refuse: () => {
      refusing += 1;
      return () => {
        refusing -= 1;
      };
    },
    delay: (ms) => {
      delays.push(ms);
      return () => {
        delays.splice(delays.indexOf(ms), 1);
      };
    },
    open: () => connections.size,
  };
}
