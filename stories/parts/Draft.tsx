import { JobProgressLine, StreamText, useJobCard, useRealtimeClient, useWords } from '../../src/index.ts';
import type { ReactElement } from 'react';

/** A job's text as the page's own content, with what is known of the job above it. */
export function Draft({ jobId }: { jobId: string }): ReactElement {
  const client = useRealtimeClient();
  const words = useWords();
  const card = useJobCard(jobId);
  if (card === null) return <p>Waiting for the job…</p>;
  return (
    <article>
      <h2>{card.title}</h2>
      <p>{words.job.status(card.phase)}</p>
      <JobProgressLine rail={card.rail} lastEventAt={card.lastEventAt} />
      <StreamText source={client.textOf(jobId)} as="prose" caret={card.output?.growing === true} />
    </article>
  );
}
