import { DEVELOPMENT_WORKER_KEY } from '../../server/index.ts';
import { expect, test } from 'vitest';
import { serverAtRisk } from './serverAtRisk.ts';

/** What an event stream costs its user, and whom it must cost nothing. */

const STREAMS = 2;
const TRIES = STREAMS + 1;

const open: AbortController[] = [];
const risk = serverAtRisk('ann', { CONNECTIONS_PER_USER: String(STREAMS) }, () => {
  for (const stream of open.splice(0)) stream.abort();
});

function call(path: string, { method = 'GET', token = 'dev:ann' } = {}): Promise<Response> {
  const controller = new AbortController();
  open.push(controller);
  return fetch(`${risk.server.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}` },
    signal: controller.signal,
  });
}

async function statuses(path: string, options: { method?: string; token?: string } = {}): Promise<number[]> {
  const answers: number[] = [];
  for (let tries = 0; tries < TRIES; tries += 1) answers.push((await call(path, options)).status);
  return answers;
}

const EVENTS = '/v1/jobs/job-1/events';
const all = (status: number): number[] => Array<number>(TRIES).fill(status);

test('HEAD says what GET would, opens nothing and counts for nobody', async () => {
  expect(await statuses(EVENTS, { method: 'HEAD' })).toEqual(all(200));
  const { headers } = await call(EVENTS, { method: 'HEAD' });
  expect(headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  expect(await statuses('/v1/jobs/no-such-job/events', { method: 'HEAD' })).toEqual(all(404));
  expect(await statuses(EVENTS, { method: 'HEAD', token: 'nobody' })).toEqual(all(401));
  expect(risk.server.gateway.stats()).toMatchObject({ feeds: 0, subscriptions: 0 });
  const timers = risk.clock.pending();
  const worker = { method: 'HEAD', token: DEVELOPMENT_WORKER_KEY };
  expect(await statuses('/v1/control', worker)).toEqual(all(200));
  expect(risk.clock.pending()).toBe(timers);
  expect((await call(EVENTS)).status).toBe(200);
});

test('a stream that is refused counts for nobody', async () => {
  expect(await statuses('/v1/jobs/no-such-job/events')).toEqual(all(404));
  expect(await statuses(`${EVENTS}?after=nonsense`)).toEqual(all(400));
  expect((await call(EVENTS)).status).toBe(200);
});

test('a stream that has nothing to say counts for nobody', async () => {
  const end = await risk.server.log.append({ jobId: 'job-1', events: [{ type: 'job:completed' }] });
  if (end.kind !== 'appended') throw new Error('It was not written.');
  const { epoch, sequence } = end;
  expect(await statuses(`${EVENTS}?after=${epoch}:${String(sequence)}`)).toEqual(all(204));
  expect((await call(EVENTS)).status).toBe(200);
});
