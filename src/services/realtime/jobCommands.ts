/** What a person asks of a job: cancel and resume, and where each stands in this tab. */
import { EVENTS, type CancelState, type ResumeState } from '@regen/realtime-shared';
import type { Connection } from './connection.ts';
import { invalidJobId } from './errors.ts';
import { isJobId } from './jobSubscription.ts';
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
  /** The job has ended, which answers what was requested of it. */
  ended(jobId: string): void;
  forget(jobId: string): void;
  /** Forgets every command: another user has signed in. What is still on its way changes nothing any more. */
  clear(): void;
}

type Which = keyof JobCommandStates;

interface GivenCommand {
  state: CommandState;
  /** The life of the job that it was for. */
  life: string;
}

const NONE: GivenCommand = { state: 'none', life: '' };

export function createJobCommands(
  connection: Pick<Connection, 'command'>,
  subscriptions: Pick<JobSubscriptions, 'acknowledged' | 'get'>,
  onChange: (jobId: string) => void,
): JobCommands {
  const given = new Map<string, Readonly<Record<Which, GivenCommand>>>();
  /** Tells commands of the present user from those of an earlier one. */
  let generation = 0;

  /** What has gone on since answers what was asked before: a retry a cancel, any resumption a resume. */
  function lifeOf(jobId: string, which: Which): string {
    const { generation: run = 0, retries = 0, resumptions = 0 } = subscriptions.get(jobId) ?? {};
    return `${String(run)}:${String(which === 'cancel' ? retries : resumptions)}`;
  }

  function set(jobId: string, which: Which, state: CommandState, life: string): void {
    given.set(jobId, { ...(given.get(jobId) ?? { cancel: NONE, resume: NONE }), [which]: { state, life } });
    onChange(jobId);
  }

  function stateOf(jobId: string, which: Which, { state, life }: GivenCommand): CommandState {
    return state === 'sending' || life === lifeOf(jobId, which) ? state : 'none';
  }

  async function give<Result extends CancelState | ResumeState>(
    jobId: string,
    which: Which,
    send: () => Promise<{ state: Result }>,
  ): Promise<Result> {
    if (!isJobId(jobId)) throw invalidJobId(jobId);
    const own = generation;
    const life = lifeOf(jobId, which);
    set(jobId, which, 'sending', life);
    try {
      const { state } = await send();
      if (own !== generation) return state;
      if (state === 'already_finished') set(jobId, which, 'tooLate', life);
      else if (state === 'not_resumable') set(jobId, which, 'none', life);
      else {
        set(jobId, which, 'requested', lifeOf(jobId, which));
        subscriptions.acknowledged({ jobId, kind: which === 'cancel' ? 'cancel_requested' : 'resume_requested' });
      }
      return state;
    } catch (error) {
      if (own === generation) set(jobId, which, 'lost', lifeOf(jobId, which));
      throw error;
    }
  }

  return {
    cancel: (jobId, reason) =>
      give(jobId, 'cancel', () =>
        connection.command(EVENTS.JOB_CANCEL, reason === undefined ? { jobId } : { jobId, reason }),
      ),
    resume: (jobId) => give(jobId, 'resume', () => connection.command(EVENTS.JOB_RESUME, { jobId })),
    get: (jobId) => {
      const known = given.get(jobId);
      if (known === undefined) return undefined;
      return { cancel: stateOf(jobId, 'cancel', known.cancel), resume: stateOf(jobId, 'resume', known.resume) };
    },
    ended: (jobId) => {
      const known = given.get(jobId);
      if (known === undefined) return;
      const left = ({ state, life }: GivenCommand) => (state === 'requested' ? NONE : { state, life });
      given.set(jobId, { cancel: left(known.cancel), resume: left(known.resume) });
    },
    forget: (jobId) => {
      given.delete(jobId);
    },
    clear: () => {
      generation += 1;
      const known = [...given.keys()];
      given.clear();
      for (const jobId of known) onChange(jobId);
    },
  };
}
