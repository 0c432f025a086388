/** What a person asks of a job: cancel and resume, and where each stands in this tab. */
import { EVENTS, type CancelState, type ResumeState } from '@regen/realtime-shared';
import type { Connection } from './connection.ts';
import type { JobSubscriptions } from './jobSubscriptions.ts';
import type { CommandState } from './realtimeStore.ts';

export interface JobCommandStates {
  cancel: CommandState;
  resume: CommandState;
}

export interface JobCommands {
  cancel(jobId: string, reason?: string): Promise<CancelState>;
  resume(jobId: string): Promise<ResumeState>;
  get(jobId: string): JobCommandStates | undefined;
  forget(jobId: string): void;
  /** Forgets every command: another user has signed in. What is still on its way changes nothing any more. */
  clear(): void;
}

export function createJobCommands(
  connection: Pick<Connection, 'command'>,
  subscriptions: Pick<JobSubscriptions, 'acknowledged'>,
  onChange: (jobId: string) => void,
): JobCommands {
  const states = new Map<string, JobCommandStates>();
  /** Tells commands of the present user from those of an earlier one. */
  let generation = 0;

  function set(jobId: string, change: Partial<JobCommandStates>): void {
    states.set(jobId, { ...(states.get(jobId) ?? { cancel: 'none', resume: 'none' }), ...change });
    onChange(jobId);
  }

  async function give<Result>(jobId: string, which: 'cancel' | 'resume', send: () => Promise<Result>): Promise<Result> {
    const own = generation;
    set(jobId, { [which]: 'sending' });
    try {
      const result = await send();
      if (own === generation) set(jobId, { [which]: 'none' });
      return result;
    } catch (error) {
      if (own === generation) set(jobId, { [which]: 'lost' });
      throw error;
    }
  }

  return {
    cancel: async (jobId, reason) => {
      const { state } = await give(jobId, 'cancel', () =>
        connection.command(EVENTS.JOB_CANCEL, reason === undefined ? { jobId } : { jobId, reason }),
      );
      if (state === 'already_finished') set(jobId, { cancel: 'tooLate' });
      else subscriptions.acknowledged({ jobId, kind: 'cancel_requested' });
      return state;
    },
    resume: async (jobId) => {
      const { state } = await give(jobId, 'resume', () => connection.command(EVENTS.JOB_RESUME, { jobId }));
      if (state === 'requested') subscriptions.acknowledged({ jobId, kind: 'resume_requested' });
      return state;
    },
    get: (jobId) => states.get(jobId),
    forget: (jobId) => {
      states.delete(jobId);
    },
    clear: () => {
      generation += 1;
      const known = [...states.keys()];
      states.clear();
      for (const jobId of known) onChange(jobId);
    },
  };
}
