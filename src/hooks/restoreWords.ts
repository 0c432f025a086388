import { assertNever } from '@regen/realtime-shared';
import type { RestoreView } from '../presentation/restoreView.ts';

const percents = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 0 });
const percentOf = (value: number): string => percents.format(Math.floor(value) / 100);

/** What the restore banner says, in English; null = nothing. */
export function restoreText(view: RestoreView): string | null {
  switch (view.kind) {
    case 'none':
      return null;
    case 'reconnecting':
      if (view.jobIds.length > 1) return `Reconnecting to ${String(view.jobIds.length)} jobs…`;
      return view.percent === null ? 'Reconnecting to job…' : `Reconnecting to job (${percentOf(view.percent)})…`;
    case 'resuming':
      return view.percent === null ? 'Resuming' : `Resuming from ${percentOf(view.percent)}`;
    case 'completed':
    case 'cancelled':
      return `${view.title} was ${view.kind} while you were away.`;
    case 'failed':
      return view.reason === ''
        ? `${view.title} failed while you were away.`
        : `${view.title} failed while you were away: ${asClause(view.reason)}.`;
    case 'gone':
      return `The server no longer has this job. ${fateOfText(view)}`;
    default:
      return assertNever(view);
  }
}

function fateOfText({ percent, textKept }: Extract<RestoreView, { kind: 'gone' }>): string {
  if (!textKept) return 'What it had written is lost.';
  const part = percent === null ? 'What was written' : `The text up to ${percentOf(percent)}`;
  return `${part} is kept in this browser; the rest is lost.`;
}

/** A message as the end of a sentence: without its own full stop, small where its first word is an ordinary one. */
function asClause(message: string): string {
  const bare = message.trim().replace(/\.$/, '');
  return /^[A-Z][a-z]/.test(bare) ? bare.charAt(0).toLowerCase() + bare.slice(1) : bare;
}
