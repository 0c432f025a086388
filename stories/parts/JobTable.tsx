import { useConnection, useJobProgress, useJobs } from '../../src/index.ts';
import type { ReactElement } from 'react';

/** Nothing of the library's look: only what its hooks know. */
export function JobTable(): ReactElement {
  const jobs = useJobs();
  const { socketStatus } = useConnection();
  return (
    <section aria-label="Jobs">
      <p>Connection: {socketStatus}</p>
      <table>
        <thead>
          <tr>
            <th scope="col">Job</th>
            <th scope="col">Status</th>
            <th scope="col">Progress</th>
            <th scope="col">Known</th>
          </tr>
        </thead>
        <tbody>
          {[...jobs.keys()].map((jobId) => (
            <JobRow key={jobId} jobId={jobId} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function JobRow({ jobId }: { jobId: string }): ReactElement {
  const { state, sync } = useJobProgress(jobId);
  return (
    <tr>
      <th scope="row">{state.title}</th>
      <td>{state.status}</td>
      <td>{state.progress === null ? 'unknown' : `${Math.floor(state.progress)}%`}</td>
      <td>{sync.kind === 'live' ? 'now' : sync.kind}</td>
    </tr>
  );
}
