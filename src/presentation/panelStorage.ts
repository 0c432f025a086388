import { INITIAL_PANEL_STATE, type HistoryRow, type PanelState } from './panelBehaviour.ts';

/** Raised when the shape changes; a record of another version is forgotten. */
const VERSION = 2;

/** What survives a reload, for `user` alone: not where the pointer was, nor what was about to happen. */
export function serializePanelState(state: PanelState, user: string): string {
  const { isExpanded, openedByHand, order, justEnded, openCards, dismissed, history } = state;
  return JSON.stringify({
    version: VERSION,
    user,
    isExpanded,
    openedByHand,
    order,
    justEnded,
    openCards,
    dismissed,
    history,
  });
}

/** What `user` left; the initial state where nothing was left, by somebody else, or damaged. Never throws. */
export function parsePanelState(saved: string | null, user: string): PanelState {
  const record = saved === null ? null : parseRecord(saved);
  if (record === null || record['version'] !== VERSION || record['user'] !== user) return INITIAL_PANEL_STATE;
  const { isExpanded, openedByHand, order, justEnded, openCards, dismissed, history } = record;
  const isWhole =
    typeof isExpanded === 'boolean' &&
    typeof openedByHand === 'boolean' &&
    isIds(order) &&
    isIds(justEnded) &&
    isIds(openCards) &&
    isIds(dismissed) &&
    Array.isArray(history) &&
    history.every(isHistoryRow);
  if (!isWhole) return INITIAL_PANEL_STATE;
  return { ...INITIAL_PANEL_STATE, isExpanded, openedByHand, order, justEnded, openCards, dismissed, history };
}

function parseRecord(saved: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(saved);
    return isRecord(value) ? value : null;
  } catch {
    return null; // damaged by another version or another hand: it is not worth a word
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isIds(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isHistoryRow(value: unknown): value is HistoryRow {
  return (
    isRecord(value) &&
    typeof value['jobId'] === 'string' &&
    typeof value['title'] === 'string' &&
    (value['status'] === 'completed' || value['status'] === 'failed' || value['status'] === 'cancelled') &&
    typeof value['finishedAt'] === 'number' &&
    Number.isFinite(value['finishedAt']) &&
    typeof value['late'] === 'boolean' &&
    (value['errorMessage'] === null || typeof value['errorMessage'] === 'string')
  );
}
