import type { EndedJob } from './panelJob.ts';

/** What the panel is at a moment. Times are local, ms since the Unix epoch, but for those of its jobs. */
export interface PanelState {
  isExpanded: boolean;
  /** The person opened it: it does not collapse by itself. */
  openedByHand: boolean;
  isPointerInside: boolean;
  isFocusInside: boolean;
  /** When it collapses unless somebody uses it; null where nothing is due. */
  collapseAt: number | null;
  /** Jobs that are listed as cards. A job keeps its place for as long as it is listed; new ones come last. */
  order: readonly string[];
  /** Listed jobs that keep the panel open: they go on, or have something to say. */
  holding: readonly string[];
  /** Jobs that ended and left with the last collapse: the pill speaks of them until something else happens. */
  justEnded: readonly string[];
  /** Cards that show everything. */
  openCards: readonly string[];
  /** Jobs whose banner was dismissed. */
  dismissed: readonly string[];
  /** Jobs that ended, newest first; those that another list names are never cut off. */
  history: readonly EndedJob[];
}

export const INITIAL_PANEL_STATE: PanelState = {
  isExpanded: false,
  openedByHand: false,
  isPointerInside: false,
  isFocusInside: false,
  collapseAt: null,
  order: [],
  holding: [],
  justEnded: [],
  openCards: [],
  dismissed: [],
  history: [],
};
