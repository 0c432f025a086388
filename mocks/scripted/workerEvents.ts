/** The events that a worker sends for a step of its script. */
import { assertNever, type IngestEvent } from '@regen/realtime-shared';
import type { StepOf } from '../scenario.ts';

/** The steps that are said at once: what is streamed takes time, and what a worker suffers is not said. */
export type SaidStep = StepOf<
  | 'worker:start'
  | 'worker:step'
  | 'worker:progress'
  | 'worker:write'
  | 'worker:pause'
  | 'worker:complete'
  | 'worker:fail'
  | 'worker:cancel'
>;

export function eventsOf(step: SaidStep): readonly IngestEvent[] {
  switch (step.do) {
    case 'worker:start':
      return [{ type: 'job:started' }];
    case 'worker:step': {
      const { step: id, status, label } = step;
      return [{ type: 'job:step', step: { id, status, ...(label === undefined ? {} : { label }) } }];
    }
    case 'worker:progress': {
      const { progress, message, etaMs } = step;
      return [
        {
          type: 'job:progress',
          progress,
          ...(message === undefined ? {} : { message }),
          ...(etaMs === undefined ? {} : { etaMs }),
        },
      ];
    }
    case 'worker:write':
      return (step.pieces ?? [step.text ?? '']).map((text) => chunkOf(text, step.channel));
    case 'worker:pause':
      return [{ type: 'job:paused', ...reasonOf(step) }];
    case 'worker:complete':
      return [{ type: 'job:completed', ...('result' in step ? { result: step.result } : {}) }];
    case 'worker:fail': {
      const { code, message, retryable } = step;
      return [{ type: 'job:failed', error: { code, message, retryable } }];
    }
    case 'worker:cancel':
      return [{ type: 'job:cancelled', ...reasonOf(step) }];
    default:
      return assertNever(step);
  }
}

export function chunkOf(text: string, channel: 'output' | 'reasoning' | undefined): IngestEvent {
  return { type: 'model:chunk:v1', text, ...(channel === undefined ? {} : { channel }) };
}

function reasonOf({ reason }: { reason?: string }): { reason?: string } {
  return reason === undefined ? {} : { reason };
}
