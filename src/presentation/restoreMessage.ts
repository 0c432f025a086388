import { assertNever } from '@regen/realtime-shared';
import type { RestoreView } from './restoreView.ts';
import type { Sentence, Words } from './words.ts';

export interface RestoreMessage {
  message: string;
  /** The part that stands out; null: none does. */
  emphasis: string | null;
}

/** What the restore banner says of what was found, in the words of a catalogue; null: nothing. */
export function restoreMessage(view: RestoreView, { restore }: Words): RestoreMessage | null {
  switch (view.kind) {
    case 'none':
      return null;
    case 'reconnecting':
      return view.lost
        ? joined(restore.waiting(view.percent, view.jobIds.length, view.textKept))
        : { message: restore.reconnecting(view.percent, view.jobIds.length), emphasis: null };
    case 'resuming':
      return { message: restore.resuming(view.percent), emphasis: null };
    case 'completed':
      return joined(restore.completed(view.title));
    case 'cancelled':
      return joined(restore.cancelled(view.title));
    case 'failed':
      return joined(restore.failed(view.title, view.reason));
    case 'gone':
      return joined(restore.gone(view.percent, view.textKept));
    default:
      return assertNever(view);
  }
}

function joined(sentence: Sentence): RestoreMessage {
  const emphasis = sentence.find((part) => part.kind === 'title' || part.kind === 'strong');
  return { message: sentence.map((part) => part.text).join(''), emphasis: emphasis?.text ?? null };
}
