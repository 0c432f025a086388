import { memoryJobLog, type MemoryJobLog } from '@regen/realtime-core';
import { createSeededRandom } from '@regen/realtime-mocks';
import { systemClock, type Clock } from '@regen/realtime-shared';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { startTcpProxy, type TcpProxy } from '../redis/tcpProxy.ts';
import { readConfig, startServer } from '../../server/index.ts';
import { createJobPublisher, type JobPublisher, type JobPublisherOptions } from '../../server/worker/index.ts';

const WORKER_KEY = 'the-worker-key-of-a-test';

/** The real server on loopback, and publishers whose way to it goes through a proxy that can be cut. */
export interface PublisherBed {
  log: MemoryJobLog;
  proxy: TcpProxy;
  open(settings?: Partial<JobPublisherOptions>): JobPublisher;
  textOf(jobId: string): Promise<string | undefined>;
  statusOf(jobId: string): Promise<string>;
}

/** `clock`: the log's. */
export async function createPublisherBed({ clock = systemClock }: { clock?: Clock } = {}): Promise<PublisherBed> {
  const log = memoryJobLog({ clock, random: createSeededRandom(1) });
  const server = await startServer(readConfig({ PORT: '0', WORKER_KEY }), { logger: pino({ level: 'silent' }), log });
  onTestFinished(server.close);
  const proxy = await startTcpProxy(Number(new URL(server.url).port));
  onTestFinished(proxy.close);
  async function snapshot(jobId: string) {
    const read = await log.read({ jobId });
    if (read.kind !== 'snapshot') throw new Error(read.kind);
    return read.snapshot;
  }
  return {
    log,
    proxy,
    open: (settings) => {
      const publisher = createJobPublisher({
        url: `http://127.0.0.1:${String(proxy.port)}`,
        workerKey: WORKER_KEY,
        settings: { batchMs: 1, heartbeatMs: 50 },
        onError: () => undefined,
        ...settings,
      });
      onTestFinished(publisher.close);
      return publisher;
    },
    textOf: async (jobId) => (await snapshot(jobId)).channels['output']?.text,
    statusOf: async (jobId) => (await snapshot(jobId)).status,
  };
}

/** Carries calls out and loses one answer from a path that ends so: the first one, or the one after so many. */
export function losing(ending: string, after = 0): typeof fetch {
  let answers = 0;
  return async (input, init) => {
    const response = await fetch(input, init);
    if (!String(input).endsWith(ending)) return response;
    answers += 1;
    if (answers !== after + 1) return response;
    await response.text();
    throw new TypeError('fetch failed');
  };
}

/** Words that are told apart: `0 1 2 `. */
export const words = (count: number): string[] => Array.from({ length: count }, (_, index) => `${String(index)} `);

/** What the server answers to a read of the job "job-1", of which one event was written. */
export const jobAnswer = (epoch: string): Response =>
  Response.json({
    job: {
      jobId: 'job-1',
      title: 'Report',
      status: 'running',
      epoch,
      sequence: 2,
      createdAt: 1,
      updatedAt: 1,
      progress: null,
      steps: [],
      channels: {},
      cancelRequested: false,
      resumeRequested: false,
      resumable: false,
    },
  });
