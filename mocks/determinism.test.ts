import { expect, test } from 'vitest';
import { createTestBed } from './testing/testBed.ts';

/** A small generator of its own: the load has to differ from run to run, and the seed is printed on failure. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

/** Keeps the machine's real time uneven until it is stopped: blocks the loop now and then, for a random while. */
function makeLoad(seed: number): () => void {
  const random = createRandom(seed);
  let stopped = false;
  const block = (): void => {
    if (stopped) return;
    const until = performance.now() + random() * 2;
    while (performance.now() < until);
    setTimeout(block, random() < 0.5 ? 0 : random() * 8);
  };
  block();
  return () => {
    stopped = true;
  };
}

/** Three clients, faults, pings and answers; gives every message on the wire and every event at its virtual moment. */
async function runScript(): Promise<string[]> {
  const bed = createTestBed({ url: 'http://determinism.mock.invalid', pingInterval: 300, pingTimeout: 200 });
  const log: string[] = [];
  bed.link.onPacket(({ connection, direction, at, data, lost }) => {
    const text = typeof data === 'string' ? data : `<${data.byteLength}>`;
    log.push(`${at} ${connection} ${direction} ${text}${lost ? ' lost' : ''}`);
  });
  bed.server.on('connection', (socket) => {
    log.push(`${bed.elapsed()} connection ${socket.id}`);
    let token = 0;
    const stream = (): void => {
      if (!socket.connected) return;
      socket.emit('token', (token += 1), token % 5 === 0 ? new ArrayBuffer(token) : null);
      bed.clock.setTimeout(stream, 29);
    };
    stream();
    socket.on('ask', async (value: number, ack: (answer: number) => void) => {
      for (let depth = 0; depth < value; depth += 1) await Promise.resolve();
      ack(value);
    });
    socket.on('disconnect', (reason: string) => log.push(`${bed.elapsed()} ${socket.id} ${reason}`));
  });
  const clients = [0, 1, 2].map((index) => {
    const client = bed.client('/', {
      reconnection: true,
      reconnectionDelay: 100 + index,
      reconnectionDelayMax: 100 + index,
      randomizationFactor: 0,
    });
    client.on('token', (token: number) => {
      if (token % 4 === index) client.emit('ask', token, (answer: number) => log.push(`client ${index} ${answer}`));
    });
    client.on('disconnect', (reason) => log.push(`${bed.elapsed()} client ${index} ${reason}`));
    return client;
  });
  const at = (ms: number, step: () => void): void => void bed.clock.setTimeout(step, ms);
  at(100, () => bed.link.apply({ kind: 'delay', up: 7, down: 23 }));
  at(200, () => bed.link.apply({ kind: 'reorder', times: 3, past: 2 }));
  at(250, () => bed.link.apply({ kind: 'drop' }));
  at(450, () => clients[1]?.disconnect());
  at(500, () => {
    const stall = bed.link.apply({ kind: 'stall', direction: 'up' });
    at(60, stall.lift);
  });
  at(600, () => bed.link.apply({ kind: 'duplicate', match: 'token', times: 2 }));
  at(700, () => {
    const halfOpen = bed.link.apply({ kind: 'half-open' });
    at(50, halfOpen.lift);
  });
  await bed.advance(900);
  bed.server.close();
  for (const client of clients) client.io.reconnection(false).engine.close();
  await bed.advance(500);
  log.push(
    `left: ${bed.clock.pending()} timers, ${bed.link.connections} connections, ${bed.activity.inFlight} in flight`,
  );
  return log;
}

test('the same script gives the same packets thirty times under random load', { timeout: 30_000 }, async () => {
  const expected = await runScript();
  expect(expected.length).toBeGreaterThan(100);
  expect(expected.at(-1)).toBe('left: 0 timers, 0 connections, 0 in flight');
  for (let seed = 1; seed <= 30; seed += 1) {
    const stop = makeLoad(seed);
    try {
      expect(await runScript(), `seed ${seed}`).toEqual(expected);
    } finally {
      stop();
    }
  }
});
