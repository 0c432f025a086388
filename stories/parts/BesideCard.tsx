import { LiveJobCard } from '../../src/index.ts';
import type { ReactElement } from 'react';

/** A card beside the thing that the job works on. */
export function BesideCard({ jobId }: { jobId: string }): ReactElement {
  return (
    <>
      <article>
        <h2>Cold-chain logistics in the Nordics</h2>
        <p>Demand for temperature-controlled storage has outgrown supply in every market of this brief.</p>
      </article>
      <aside aria-label="The job on this brief">
        <LiveJobCard jobId={jobId} output="prose" />
      </aside>
    </>
  );
}
