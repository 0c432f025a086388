/** The network as a scenario tells it: with its usual latency, and with the faults of the script. */
import { assertNever } from '@regen/realtime-shared';
import type { Fault, PacketSelection } from '../faults.ts';
import type { Link } from '../link.ts';
import type { StepBy, StepOf } from '../scenario.ts';

export interface ScriptedNetwork {
  perform(step: StepBy<'network'>): void;
  /** Cuts connections and refuses new ones, until it is restored. */
  cut(): void;
  /** Lifts every fault; what stays is the usual latency. */
  restore(): void;
}

/** `latencyMs`: one way between browser and server. */
export function createScriptedNetwork({ link, latencyMs }: { link: Link; latencyMs: number }): ScriptedNetwork {
  function restore(): void {
    const lifted = link.faults();
    // First, so that what was held back takes as long as everything else.
    if (latencyMs > 0) link.apply({ kind: 'delay', up: latencyMs, down: latencyMs });
    for (const fault of lifted) fault.lift();
  }

  return {
    perform: (step) => {
      if (step.do === 'network:restore') restore();
      else link.apply(faultOf(step));
    },
    cut: () => {
      link.apply({ kind: 'offline' });
    },
    restore,
  };
}

function faultOf(step: Exclude<StepBy<'network'>, { do: 'network:restore' }>): Fault {
  switch (step.do) {
    case 'network:drop':
      return { kind: 'drop', ...(step.clean === undefined ? {} : { clean: step.clean }) };
    case 'network:cut':
      return { kind: 'offline' };
    case 'network:refuse':
      return { kind: 'refuse' };
    case 'network:halfOpen':
      return { kind: 'half-open' };
    case 'network:slow':
      return { kind: 'slow', bytesPerSecond: step.bytesPerSecond };
    case 'network:stall':
      return { kind: 'stall', direction: step.direction };
    case 'network:delay':
      return {
        kind: 'delay',
        ...(step.up === undefined ? {} : { up: step.up }),
        ...(step.down === undefined ? {} : { down: step.down }),
      };
    case 'network:duplicate':
      return { kind: 'duplicate', ...selectionOf(step) };
    case 'network:hole':
      return { kind: 'hole', ...selectionOf(step) };
    case 'network:reorder':
      return { kind: 'reorder', ...selectionOf(step), ...(step.past === undefined ? {} : { past: step.past }) };
    case 'network:malformed':
      return { kind: 'malformed', ...selectionOf(step), replaceWith: { args: [step.payload] } };
    default:
      return assertNever(step);
  }
}

function selectionOf(step: Pick<StepOf<'network:hole'>, 'events' | 'times'>): PacketSelection {
  return {
    // Left out, a fault would also hit notices; what a scenario means is a job's log.
    match: step.events ?? ((event) => hasSequence(event.args[0])),
    ...(step.times === undefined ? {} : { times: step.times }),
  };
}

function hasSequence(payload: unknown): boolean {
  return typeof payload === 'object' && payload !== null && 'sequence' in payload;
}
