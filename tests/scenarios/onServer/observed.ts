/** What a page holds and shows at one moment, as plain data that can be compared. */
import { createHash } from 'node:crypto';
import { panelStoreOf } from '../../../src/components/realtime/panelStore.ts';
import { panelView } from '../../../src/presentation/panelView.ts';
import { restoreView } from '../../../src/presentation/restoreView.ts';
import { statusBarView } from '../../../src/presentation/statusBarView.ts';
import type { ClientJobState, JobEntry } from '../../../src/services/realtime/realtimeStore.ts';
import type { TestPage } from '../testPage.ts';

export function observe({ client, errors }: TestPage): unknown {
  const state = client.store.getState();
  const now = client.clock.now();
  const panel = panelStoreOf(client).getState();
  return {
    connection: state.connection,
    user: state.user,
    userGeneration: state.userGeneration,
    serverTimeOffset: state.serverTimeOffset,
    restored: state.restored,
    jobs: [...state.jobs.values()].map(entryOf),
    bar: statusBarView(state, now),
    panel,
    panelView: panelView(state, panel, now),
    restoreView: restoreView(state),
    // How often the page was drawn: of two answers of one moment a store may give the second one first.
    diagnostics: { ...client.diagnostics(), deliveries: null },
    errors,
  };
}

function entryOf({ job, ...entry }: JobEntry): unknown {
  return { ...entry, job: job === null ? null : jobOf(job) };
}

function jobOf({ channels, ...job }: ClientJobState): unknown {
  return {
    ...job,
    // Drawn from each server's own random numbers: it says which record this is, and nothing of it.
    epoch: job.epoch !== '',
    channels: Object.fromEntries(
      Object.entries(channels).map(([name, { text, ...channel }]) => [
        name,
        { ...channel, length: text.length, hash: hashOf(text.toString()) },
      ]),
    ),
  };
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
