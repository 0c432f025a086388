/** The person as a scenario tells it: acts on the page that is open, or elsewhere. */
import type { WorkerApi } from '@regen/realtime-core';
import { assertNever } from '@regen/realtime-shared';
import type { Page } from '../page.ts';
import type { StepBy } from '../scenario.ts';
import type { Tab } from '../tab.ts';

export interface ScriptedPerson {
  perform(step: StepBy<'person'>): void;
}

export interface ScriptedPersonOptions {
  tab: Tab<Page>;
  api: WorkerApi;
  ownerOf(jobId: string): string;
}

export function createScriptedPerson({ tab, api, ownerOf }: ScriptedPersonOptions): ScriptedPerson {
  return {
    perform: (step) => {
      switch (step.do) {
        case 'person:cancel':
          give(tab.page()?.cancel(step.job));
          return;
        case 'person:resume':
          give(tab.page()?.resume(step.job));
          return;
        case 'person:retry':
          tab.page()?.retryNow();
          return;
        case 'person:cancelElsewhere':
          give(api.cancel({ caller: { kind: 'user', ownerId: ownerOf(step.job) }, jobId: step.job, body: {} }));
          return;
        default:
          assertNever(step);
      }
    },
  };
}

function give(command: Promise<unknown> | undefined): void {
  // What becomes of it is on the screen. It waits for virtual time, so virtual time must not wait for it.
  command?.catch(() => undefined);
}
