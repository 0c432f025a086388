import { type ReactElement } from 'react';
import { Glyph, jobCardView, useConnection, useNow, useRealtimeSelector, useWords, type JobEntry } from '@/index';
import { addressOf } from './useChosenJob.ts';

/** What else was asked, newest first. Renders nothing without any. */
export function Questions({ entries }: { entries: readonly JobEntry[] }): ReactElement | null {
  const words = useWords();
  const connection = useConnection();
  const serverTimeOffset = useRealtimeSelector((state) => state.serverTimeOffset);
  const now = useNow(10_000, entries.length > 0);
  if (entries.length === 0) return null;
  return (
    <nav className="app-questions" aria-labelledby="app-questions">
      <h2 id="app-questions">Other questions</h2>
      <ul>
        {entries.map((entry) => {
          const { jobId, title, glyph, tone, phase } = jobCardView(entry, connection, now, serverTimeOffset);
          const known = entry.job ?? entry.summary;
          const since = known?.finishedAt ?? known?.createdAt;
          return (
            <li key={jobId}>
              <a href={addressOf(jobId)}>
                <Glyph name={glyph} tone={tone} data-rg="" />
                <span dir="auto" className="app-question">
                  {title}
                </span>
                <span className="app-quiet">
                  {words.job.status(phase)}
                  {since === undefined ? '' : `, ${words.ago(Math.max(0, now + serverTimeOffset - since))}`}
                </span>
              </a>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
