import { createDevice } from '@regen/realtime-mocks';
import { expect, test } from 'vitest';
import type { SessionStore } from './ports.ts';
import { createBed, createReturn, type BedOptions, type ClientBed } from './testing/clientBed.ts';
import { JOB, logOf, progress, snapshotOf } from './testing/fixtures.ts';
import { settled } from './testing/scriptedServer.ts';

const DAMAGED = 'A saved session was damaged, so its jobs are not restored.';
const UNLISTED = 'Saved sessions could not be listed, so their jobs are not restored.';
const UNSAVED = 'The session could not be saved, so a crash would not be resumed from here.';

const fail = (): never => {
  throw new Error('No.');
};

/** A client that follows one job; `told` are the messages of its errors of storage, and the codes of others. */
function follow(options: BedOptions): { bed: ClientBed; told: string[] } {
  const bed = createBed(options);
  const told: string[] = [];
  bed.client.onError(({ code, message }) => told.push(code === 'storage' ? message : code));
  bed.client.retainJob(JOB);
  return { bed, told };
}

test('a disk that fills is told of though a damaged record was, each once, and what is whole is restored', async () => {
  const { bed: before } = await createReturn(6);
  const { clock, device } = before;
  for (const name of ['one', 'other']) device.sessions.set(`regen:session:${before.client.url} ${name}`, '{');
  let isFull = false;
  const sessions: SessionStore = {
    ...device.sessions,
    set: (key, text) => {
      if (isFull) fail();
      device.sessions.set(key, text);
    },
  };
  const { bed, told } = follow({ clock, device, ports: { sessions } });
  await Promise.all([bed.client.start(), settled()]);
  expect(bed.client.store.getState().restored).toMatchObject([{ jobId: JOB }]);
  expect(told).toEqual([DAMAGED]);
  bed.server.attempt().accept();
  await settled();
  await bed.answerSubscribe({ outcome: 'snapshot', job: snapshotOf(logOf(8)) });
  isFull = true;
  for (let sequence = 9; sequence < 14; sequence += 1) {
    bed.emit(progress(sequence, sequence));
    await bed.advance(2_100);
  }
  expect(told).toEqual([DAMAGED, UNSAVED]);
});

test('where saved sessions can be neither listed nor written, it is told that a crash would not be resumed', async () => {
  const device = createDevice();
  const sessions = { ...device.sessions, keys: fail, set: fail };
  const { bed, told } = follow({ device, ports: { sessions } });
  await bed.connect();
  await bed.answerSubscribe({ outcome: 'snapshot', job: snapshotOf(logOf(5)) });
  expect(told).toEqual([UNLISTED]);
  await bed.advance(2_100);
  bed.emit(progress(6, 50));
  await bed.advance(2_100);
  expect(told).toEqual([UNLISTED, UNSAVED]);
});
