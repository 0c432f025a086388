import { expect, test } from 'vitest';
import { createTestBed } from './socketio/testBed.ts';

test('a client connects, sends an event and gets the ack', async () => {
  const bed = createTestBed();
  bed.server.on('connection', (socket) => {
    socket.on('greet', (name: string, ack: (answer: string) => void) => ack(`hello ${name}`));
  });
  const client = bed.client();
  await bed.settle();
  expect(client.connected).toBe(true);
  const answer = client.emitWithAck('greet', 'ada');
  await bed.settle();
  expect(await answer).toBe('hello ada');
  client.disconnect();
  await bed.settle();
  expect(bed.clock.pending()).toBe(0);
  expect(bed.activity.inFlight).toBe(0);
  expect(bed.link.connections).toBe(0);
});
