import { jobErrorSchema, jobIdSchema } from '@regen/realtime-shared';
import * as v from 'valibot';
import { INITIAL_PANEL_STATE, type PanelState } from './panelState.ts';

/** Raised when the shape changes; a record of another version is forgotten. */
const VERSION = 3;

const finite = v.pipe(v.number(), v.finite());
const ids = v.pipe(v.array(jobIdSchema), v.readonly());

/** What survives a reload: not where the pointer was, nor what was about to happen. */
const recordSchema = v.object({
  version: v.literal(VERSION),
  user: v.string(),
  isExpanded: v.boolean(),
  openedByHand: v.boolean(),
  order: ids,
  justEnded: ids,
  openCards: ids,
  dismissed: ids,
  history: v.array(
    v.object({
      jobId: jobIdSchema,
      title: v.string(),
      standing: v.picklist(['completed', 'failed', 'cancelled', 'gone']),
      progress: v.nullable(finite),
      startedAt: finite,
      finishedAt: v.nullable(finite),
      late: v.boolean(),
      error: v.nullable(jobErrorSchema),
    }),
  ),
});

/** The state as text, for `user` alone. */
export function serializePanelState(state: PanelState, user: string): string {
  const { isPointerInside: _, isFocusInside: __, collapseAt: ___, holding: ____, ...kept } = state;
  return JSON.stringify({ version: VERSION, user, ...kept });
}

/** What `user` left; the initial state where nothing was left, by somebody else, or damaged. Never throws. */
export function parsePanelState(saved: string | null, user: string): PanelState {
  const record = v.safeParse(recordSchema, saved === null ? null : parseJson(saved));
  if (!record.success || record.output.user !== user) return INITIAL_PANEL_STATE;
  const { version: _, user: __, ...kept } = record.output;
  return { ...INITIAL_PANEL_STATE, ...kept };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // damaged by another version or another hand: it is not worth a word
  }
}
