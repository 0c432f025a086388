/** What the server counts and measures, for Prometheus. */
import type { EmitToRoom, Gateway, GatewayConnection, JobLog } from '@regen/realtime-core';
import { EVENTS } from '@regen/realtime-shared';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

export interface Metrics {
  /** The same log, with the time and the outcome of each call counted. */
  measureLog(log: JobLog): JobLog;
  /** The same emits, counted. */
  measureRooms(emit: EmitToRoom): EmitToRoom;
  measureConnection(connection: GatewayConnection): GatewayConnection;
  watch(gateway: Pick<Gateway, 'stats'>): void;
  /** A call over HTTP was answered. */
  answered(status: number): void;
  text(): Promise<{ contentType: string; text: string }>;
}

const LATENCY_BUCKETS_S = [0.000_1, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 2.5];
const SIZE_BUCKETS = [0, 1, 10, 50, 100, 250, 500, 1_000, 5_000];

type Measured =
  | 'create'
  | 'append'
  | 'heartbeat'
  | 'takeover'
  | 'requestCancel'
  | 'requestResume'
  | 'read'
  | 'list'
  | 'recent'
  | 'pendingControl'
  | 'sweep';
const MEASURED: readonly Measured[] = [
  'create',
  'append',
  'heartbeat',
  'takeover',
  'requestCancel',
  'requestResume',
  'read',
  'list',
  'recent',
  'pendingControl',
  'sweep',
];

export function createMetrics(options: { process: boolean }): Metrics {
  const registry = new Registry();
  const registers = [registry];
  if (options.process) collectDefaultMetrics({ register: registry });

  const latency = new Histogram({
    name: 'regen_log_seconds',
    help: 'Time that calls to the job log take, by call and outcome.',
    labelNames: ['call', 'outcome'],
    buckets: LATENCY_BUCKETS_S,
    registers,
  });
  const appended = new Counter({
    name: 'regen_events_appended_total',
    help: 'Events that workers have appended.',
    registers,
  });
  const gaps = new Counter({
    name: 'regen_gaps_total',
    help: 'Appends refused because events before them are missing.',
    registers,
  });
  const replayed = new Histogram({
    name: 'regen_read_events',
    help: 'Events that a read after a position found.',
    buckets: SIZE_BUCKETS,
    registers,
  });
  const emitted = new Counter({
    name: 'regen_emits_total',
    help: 'Events handed to Socket.IO, by event and by whether to a room or to one connection.',
    labelNames: ['event', 'to'],
    registers,
  });
  const covered = new Counter({
    name: 'regen_chunks_covered_total',
    help: 'Chunks of the log that emitted chunks cover. Divided by the emits of model:chunk:v1 this is the merge ratio.',
    registers,
  });
  const answers = new Counter({
    name: 'regen_http_answers_total',
    help: 'Answers over HTTP, by status.',
    labelNames: ['status'],
    registers,
  });

  function count(to: 'room' | 'connection', event: string, payload: unknown): void {
    emitted.inc({ event, to });
    if (event !== EVENTS.MODEL_CHUNK) return;
    const { sequence, firstSequence = sequence } = payload as { sequence: number; firstSequence?: number };
    covered.inc(sequence - firstSequence + 1);
  }

  function measure<Call extends Measured>(log: JobLog, call: Call): JobLog[Call] {
    const measured = async (request: unknown): Promise<unknown> => {
      const end = latency.startTimer({ call });
      try {
        const result = await (log[call] as (request: unknown) => Promise<unknown>)(request);
        const outcome = outcomeOf(result);
        end({ outcome });
        if (call === 'append') {
          if (outcome === 'appended') appended.inc((request as { events: readonly unknown[] }).events.length);
          if (outcome === 'gap') gaps.inc();
        }
        if (call === 'read' && outcome === 'events')
          replayed.observe((result as { events: readonly unknown[] }).events.length);
        return result;
      } catch (error) {
        end({ outcome: 'failed' });
        throw error;
      }
    };
    // It takes and gives what the operation takes and gives; the compiler forgets that across the index.
    return measured as unknown as JobLog[Call];
  }

  return {
    measureLog: (log) => ({ ...log, ...Object.fromEntries(MEASURED.map((call) => [call, measure(log, call)])) }),
    measureRooms: (emit) => (room, event, payload) => {
      count('room', event, payload);
      emit(room, event, payload);
    },
    measureConnection: (connection) => ({
      ...connection,
      emit: (event, payload) => {
        count('connection', event, payload);
        connection.emit(event, payload);
      },
    }),
    watch(gateway) {
      for (const [name, help] of [
        ['connections', 'Open connections.'],
        ['subscriptions', 'Subscriptions of open connections.'],
        ['feeds', 'Jobs whose live log this server listens to.'],
        ['watchedOwners', 'Users whose jobs are watched.'],
      ] as const) {
        registry.registerMetric(
          new Gauge({
            name: `regen_${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`,
            help,
            registers: [],
            collect() {
              this.set(gateway.stats()[name]);
            },
          }),
        );
      }
    },
    answered: (status) => {
      answers.inc({ status: String(status) });
    },
    text: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}

function outcomeOf(result: unknown): string {
  return typeof result === 'object' && result !== null && 'kind' in result && typeof result.kind === 'string'
    ? result.kind
    : 'ok';
}
