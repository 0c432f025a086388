import type { ConnectionState, JobEntry, RealtimeState } from '../services/realtime/realtimeStore.ts';
import { entryOfEnded, type EndedJob } from './panelJob.ts';
import type { PanelState } from './panelState.ts';
import { titleOf } from './jobTitle.ts';
import { jobCardView, type JobCardView } from './jobCardView.ts';
import { jobCounts, pillView, type JobCount, type PillView } from './pillView.ts';

/** Rows of the history that are shown. */
const HISTORY_SHOWN = 5;

export interface PanelCard {
  view: JobCardView;
  isOpen: boolean;
  isBannerDismissed: boolean;
}

export interface HistoryRowView extends Pick<EndedJob, 'jobId' | 'standing' | 'late'> {
  /** Empty where it has none that can be seen. */
  title: string;
  errorMessage: string | null;
  /** Null where nobody said when it ended. */
  agoMs: number | null;
}

export interface PanelView {
  isExpanded: boolean;
  /** It was a person who opened it, not a job that started. */
  openedByHand: boolean;
  cards: readonly PanelCard[];
  summary:
    | { kind: 'empty'; everConnected: boolean }
    | { kind: 'noneRunning' }
    /** How many are under way, of which nothing can be heard now. */
    | { kind: 'notLive'; jobs: number }
    | { kind: 'counts'; counts: readonly JobCount[]; all: number };
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
  const records = new Map(panel.history.map((record) => [record.jobId, record]));
  // The client forgets its oldest ended jobs; in the panel they stay until it collapses.
  const entryOf = (jobId: string): JobEntry | readonly [] => {
    const record = records.get(jobId);
    return state.jobs.get(jobId) ?? (record === undefined ? [] : entryOfEnded(record));
  };
  const listed = panel.order.flatMap(entryOf);
  const inOrder = new Set(panel.order);
  const history = panel.history
    .filter((record) => !inOrder.has(record.jobId))
    .slice(0, HISTORY_SHOWN)
    .map((record) => rowOf(record, now + state.serverTimeOffset));
  const counts = jobCounts(listed);
  const pill = pillView(listed.length > 0 ? listed : panel.justEnded.flatMap(entryOf), state, now);
  return {
    isExpanded: panel.isExpanded,
    openedByHand: panel.openedByHand,
    // A collapsed panel shows no card: nothing is derived for it.
    cards: panel.isExpanded
      ? listed.map((entry) => ({
          view: derive(entry, state.connection, now, state.serverTimeOffset),
          isOpen: panel.openCards.includes(entry.jobId),
          isBannerDismissed: panel.dismissed.includes(entry.jobId),
        }))
      : [],
    summary:
      pill.words.kind === 'notLive'
        ? pill.words
        : counts.length > 0
          ? { kind: 'counts', counts, all: listed.length }
          : history.length > 0
            ? { kind: 'noneRunning' }
            : { kind: 'empty', everConnected: state.connection.everConnected },
    history,
    pill,
  };
}

function rowOf(record: EndedJob, serverNow: number): HistoryRowView {
  const { jobId, standing, late, finishedAt, error } = record;
  const agoMs = finishedAt === null ? null : Math.max(0, serverNow - finishedAt);
  return { jobId, standing, late, title: titleOf(record), errorMessage: error?.message ?? null, agoMs };
}
