import { createVirtualClock } from '@regen/realtime-mocks';
import { EVENTS, type CommandName, type JobSnapshot, type JobStatus, type JobSummary } from '@regen/realtime-shared';
import { RealtimeError } from '../errors.ts';
import { DEFAULT_SUBSCRIPTION_SETTINGS } from '../jobSubscription.ts';
import { createJobSubscriptions } from '../jobSubscriptions.ts';
import { createJobWatch } from '../jobWatch.ts';
import { createPacer } from '../pacer.ts';
import { START } from './fixtures.ts';
import { settled } from './scriptedServer.ts';

interface Command {
  name: CommandName;
  jobId: string | undefined;
  resolve(result: object): void;
  reject(code: RealtimeError['code'], retryAfterMs?: number): void;
}

/** The user's jobs and their subscriptions, on a connection whose every answer a test gives. */
export function createWatchBed(pace = { perSecond: 1_000, burst: 1_000 }) {
  const clock = createVirtualClock();
  const commands: Command[] = [];
  const changed: string[] = [];
  const dropped: string[] = [];
  const errors: string[] = [];
  let open = true;
  const connection = {
    isOpen: () => open,
    // The scripted answers fit the command that they answer; the compiler cannot know which that is.
    command: ((name: CommandName, payload: { jobId?: string }) =>
      new Promise((resolve, reject) => {
        commands.push({
          name,
          jobId: payload.jobId,
          resolve,
          reject: (code, retryAfterMs) => {
            reject(new RealtimeError(code, 'Refused.', retryAfterMs === undefined ? {} : { retryAfterMs }));
          },
        });
      })) as Parameters<typeof createJobWatch>[1]['command'],
  };
  const subscriptions = createJobSubscriptions(
    clock,
    connection,
    createPacer(clock, pace),
    DEFAULT_SUBSCRIPTION_SETTINGS,
    {
      onChange: (_, ended) => {
        if (ended) watch.ended();
      },
      onDropped: (why) => dropped.push(why),
      onServerTime: () => undefined,
      onError: (error) => errors.push(error.code),
    },
  );
  const watch = createJobWatch(clock, connection, subscriptions, {
    onChange: (jobId) => changed.push(jobId),
    onServerTime: () => undefined,
  });
  return {
    clock,
    commands,
    changed,
    dropped,
    errors,
    subscriptions,
    watch,
    close: () => {
      open = false;
      subscriptions.disconnected();
      watch.disconnected();
    },
    reopen: (interrupted = false) => {
      open = true;
      subscriptions.connected(interrupted);
      watch.connected();
    },
    named: (name: CommandName) => commands.filter((command) => command.name === name),
    subscribed: () =>
      commands.filter((command) => command.name === EVENTS.JOB_SUBSCRIBE).map((command) => command.jobId),
    answerSubscribe: (jobId: string, outcome: 'snapshot' | 'reset' | 'replayed', job: JobSnapshot) => {
      const position = { epoch: job.epoch, sequence: job.sequence };
      const answer = outcome === 'replayed' ? { outcome, position } : { outcome, position, job };
      const asked = commands.filter((command) => command.name === EVENTS.JOB_SUBSCRIBE && command.jobId === jobId);
      asked.at(-1)?.resolve({ ...answer, serverTime: START });
      return settled();
    },
    answerWatch: async (jobs: readonly JobSummary[]) => {
      commands.findLast((command) => command.name === EVENTS.JOBS_WATCH)?.resolve({ jobs, serverTime: START });
      await settled();
    },
  };
}

/** `age`: since its creation, ms. */
export function summary(jobId: string, status: JobStatus = 'running', age = 0): JobSummary {
  const createdAt = START - age;
  return {
    jobId,
    title: jobId,
    status,
    progress: null,
    createdAt,
    ...(status === 'running' ? {} : { finishedAt: createdAt + 1 }),
  };
}
