import type { ConnectionState, JobEntry, RealtimeState } from '../services/realtime/realtimeStore.ts';
import { pillJobs, type HistoryRow, type PanelState } from './panelBehaviour.ts';
import { jobCardView, type JobCardView } from './jobCardView.ts';
import { jobCounts, pillView, type JobCount, type PillView } from './pillView.ts';

/** Rows of the history that are shown. */
export const HISTORY_SHOWN = 5;

export interface PanelCard {
  view: JobCardView;
  isOpen: boolean;
  isBannerDismissed: boolean;
}

export interface HistoryRowView extends HistoryRow {
  agoMs: number;
}

export interface PanelView {
  isExpanded: boolean;
  cards: readonly PanelCard[];
  summary: { kind: 'empty' } | { kind: 'noneRunning' } | { kind: 'counts'; counts: readonly JobCount[]; all: number };
  history: readonly HistoryRowView[];
  pill: PillView;
}

/** How one card's facts are derived; `createJobCardViews` keeps those that did not change. */
export type DeriveJobCardView = (
  entry: JobEntry,
  connection: ConnectionState,
  now: number,
  serverTimeOffset: number,
) => JobCardView;

/**
 * Everything that the panel shows.
 *
 * @param now local time, ms since the Unix epoch
 */
export function panelView(
  state: RealtimeState,
  panel: PanelState,
  now: number,
  derive: DeriveJobCardView = jobCardView,
): PanelView {
  const listed = panel.order.flatMap((jobId) => state.jobs.get(jobId) ?? []);
  const history = panel.history
    .filter((row) => !panel.order.includes(row.jobId))
    .slice(0, HISTORY_SHOWN)
    .map((row) => ({ ...row, agoMs: Math.max(0, now + state.serverTimeOffset - row.finishedAt) }));
  const counts = jobCounts(listed);
  return {
    isExpanded: panel.isExpanded,
    // A collapsed panel shows no card: nothing is derived for it.
    cards: panel.isExpanded
      ? listed.map((entry) => ({
          view: derive(entry, state.connection, now, state.serverTimeOffset),
          isOpen: panel.openCards.includes(entry.jobId),
          isBannerDismissed: panel.dismissed.includes(entry.jobId),
        }))
      : [],
    summary:
      counts.length > 0
        ? { kind: 'counts', counts, all: listed.length }
        : history.length > 0
          ? { kind: 'noneRunning' }
          : { kind: 'empty' },
    history,
    pill: pillView(state, pillJobs(panel), now),
  };
}
