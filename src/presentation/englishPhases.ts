import { assertNever, type JobStatus } from '@regen/realtime-shared';
import type { EnglishNumbers } from './englishNumbers.ts';
import { isStopAwaited, type JobPhase } from './jobPhase.ts';
import type { RailValue } from './railView.ts';
import type { Words } from './words.ts';

/** Of a job that was there as of one that never was. */
export const GONE = 'The server does not have this job';

/** What is said of each phase of a job, and of its rail in that phase. */
export function createEnglishPhases({
  number,
  span,
  counted,
  seconds,
}: EnglishNumbers): Pick<Words['job'], 'status' | 'progressValue'> {
  const lastKnown: Readonly<Record<JobStatus, string>> = {
    queued: 'Queued when last seen',
    running: 'Running when last seen',
    paused: 'Paused when last seen',
    completed: 'Completed',
    failed: 'Failed when last seen',
    cancelled: 'Cancelled',
  };

  const UNKNOWN = { asked: 'Looking it up…', refused: 'The server refused to show it', notConnected: 'Not connected' };

  function status(phase: JobPhase): string {
    return isStopAwaited(phase) ? `${status({ kind: 'cancelling' })} ${standing(phase)}` : standing(phase);
  }

  function standing(phase: JobPhase): string {
    switch (phase.kind) {
      case 'unknown':
        return UNKNOWN[phase.why];
      case 'queued':
        return 'Queued';
      case 'running':
        return 'Running';
      case 'cancelling':
        return 'Cancelling…';
      case 'paused':
        return 'Paused';
      case 'resuming':
        return 'Resuming…';
      case 'catchingUp':
        return phase.total === null ? 'Catching up…' : `Catching up: ${counted(phase.total, 'update', 'updates')}`;
      case 'holding':
        return 'Waiting to continue';
      case 'workerSilent':
        return `No sign of life for ${span(phase.forMs)}`;
      case 'delayed':
        return 'Updates are delayed';
      case 'notLive':
        return lastKnown[phase.lastStatus];
      case 'gone':
        return GONE;
      case 'completed':
        return phase.late ? 'Finished before it could be cancelled' : 'Completed';
      case 'failed':
        return 'Failed';
      case 'cancelled':
        return 'Cancelled';
      default:
        return assertNever(phase);
    }
  }

  function asked(phase: JobPhase, value: string): string {
    return isStopAwaited(phase) ? `${value}, cancelling` : value;
  }

  function progressValue({ percent: value, phase, step }: RailValue): string {
    const known = value === null ? null : `${number(Math.floor(value))} percent`;
    const place = step === null ? null : `${step.label}, step ${number(step.index)} of ${number(step.count)}`;
    switch (phase.kind) {
      case 'running':
        if (known === null) return place === null ? 'progress unknown' : `${place}, percentage unknown`;
        if (value === 100) return `${known}, still running`;
        return place === null ? known : `${known}, ${place}`;
      case 'cancelling':
        return known === null ? 'cancelling' : `${known}, cancelling`;
      case 'paused':
        return known === null ? 'paused' : `${known}, paused`;
      case 'resuming':
        return known === null ? 'resuming' : `${known}, resuming`;
      case 'catchingUp':
        return asked(phase, known === null ? 'catching up' : `catching up from ${known}`);
      case 'holding':
        return asked(phase, known === null ? 'waiting to continue' : `${known}, waiting to continue`);
      case 'workerSilent': {
        const silent = `no sign of life for ${counted(seconds(phase.forMs), 'second', 'seconds')}`;
        return asked(phase, known === null ? silent : `${known}, ${silent}`);
      }
      case 'delayed':
        return known === null ? 'progress unknown, updates are delayed' : `${known}, updates are delayed`;
      case 'notLive':
        return known === null ? 'progress unknown when last seen' : `${known} when last seen`;
      case 'failed':
        return known === null ? 'failed' : `failed at ${known}`;
      case 'cancelled':
        return known === null ? 'cancelled' : `cancelled at ${known}`;
      case 'completed':
        return 'completed';
      case 'queued':
        return 'not started';
      case 'unknown':
      case 'gone':
        return 'progress unknown';
      default:
        return assertNever(phase);
    }
  }

  return { status, progressValue };
}
