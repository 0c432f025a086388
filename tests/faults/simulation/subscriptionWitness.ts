import { JOB_EVENT_NAMES, type Position, type SubscribeResult } from '@regen/realtime-shared';

/**
 * What one server sends over one connection, before anything happens to it: after an ack, and not before it, each
 * sequence once and never a hole, from where the ack says.
 */
export interface SubscriptionWitness {
  command(event: string, payload: unknown): void;
  answered(event: string, payload: unknown, answer: unknown): void;
  emitted(event: string, payload: unknown): void;
}

type Following = { kind: 'asked' } | { kind: 'following'; sequence: number };
type Sent = Position & { jobId: string; firstSequence?: number };

const jobEvents: readonly string[] = JOB_EVENT_NAMES;

export function watchSubscriptions(say: (wrong: string) => void): SubscriptionWitness {
  const jobs = new Map<string, Following>();
  return {
    command(event, payload) {
      if (event === 'job:unsubscribe') jobs.delete((payload as { jobId: string }).jobId);
      if (event === 'job:subscribe') jobs.set((payload as { jobId: string }).jobId, { kind: 'asked' });
    },
    answered(event, payload, answer) {
      if (event !== 'job:subscribe') return;
      const { jobId, after } = payload as { jobId: string; after?: Position };
      const result = answer as ({ ok: true } & SubscribeResult) | { ok: false };
      if (!result.ok) {
        jobs.delete(jobId);
        return;
      }
      const leansOnAfter = result.outcome === 'replayed' || result.outcome === 'holding';
      if (leansOnAfter && after === undefined) say(`${jobId}: ${result.outcome} without a position`);
      const { sequence } = leansOnAfter && after !== undefined ? after : result.position;
      jobs.set(jobId, { kind: 'following', sequence });
    },
    emitted(event, payload) {
      if (event === 'job:reset') {
        const { job } = payload as { job: Sent };
        if (jobs.get(job.jobId)?.kind === 'following') {
          jobs.set(job.jobId, { kind: 'following', sequence: job.sequence });
        } else say(`${job.jobId}: a reset without a subscription`);
        return;
      }
      if (!jobEvents.includes(event)) return;
      const { jobId, sequence, firstSequence = sequence } = payload as Sent;
      const following = jobs.get(jobId);
      if (following?.kind !== 'following') {
        say(
          `${jobId}: ${event} ${String(sequence)} ${following === undefined ? 'without a subscription' : 'before the ack'}`,
        );
        return;
      }
      if (firstSequence !== following.sequence + 1) {
        say(`${jobId}: ${event} ${String(firstSequence)} follows ${String(following.sequence)} on the wire`);
      }
      jobs.set(jobId, { kind: 'following', sequence });
    },
  };
}
