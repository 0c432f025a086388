import type { Meta, StoryObj } from '@storybook/react-vite';
import type { ReactElement } from 'react';
import { expect, within } from 'storybook/test';
import { happyPath, longOutage, threeJobs } from '../../mocks/scenarios/index.ts';
import {
  LiveJobCard,
  Rail,
  StreamText,
  railView,
  useConnection,
  useJobProgress,
  useJobs,
  useRealtimeClient,
} from '../../src/index.ts';
import { still } from '../support/still.ts';
import './composingParts.css';

const STUDY = '7f3a91c2';

/** A card beside the thing that the job works on. */
function Beside(): ReactElement {
  return (
    <div className="compose-columns">
      <article>
        <h2>Cold-chain logistics in the Nordics</h2>
        <p>Demand for temperature-controlled storage has outgrown supply in every market of this brief.</p>
      </article>
      <aside aria-label="The job on this brief">
        <LiveJobCard jobId={STUDY} output="prose" />
      </aside>
    </div>
  );
}

/** The text alone, as the page's own content, with the library's line above it. */
function Draft(): ReactElement {
  const client = useRealtimeClient();
  const { state, isStreaming } = useJobProgress(STUDY);
  if (state.status === 'idle') return <p>Waiting for the job…</p>;
  const rail = railView({
    phase: state.status === 'completed' ? { kind: 'completed', late: false } : { kind: 'running', live: true },
    progress: state.progress,
    steps: state.steps,
  });
  return (
    <article className="compose-draft">
      <h2>{state.title}</h2>
      {rail === null ? null : <Rail view={rail} />}
      <StreamText source={client.textOf(STUDY)} as="prose" caret={isStreaming} />
    </article>
  );
}

/** Nothing of the library's look: only what its hooks know. */
function Headless(): ReactElement {
  const jobs = useJobs();
  const { socketStatus } = useConnection();
  return (
    <section className="compose-table" aria-label="Jobs">
      <p>Connection: {socketStatus}</p>
      <table>
        <thead>
          <tr>
            <th scope="col">Job</th>
            <th scope="col">Status</th>
            <th scope="col">Progress</th>
          </tr>
        </thead>
        <tbody>
          {[...jobs.keys()].map((jobId) => (
            <HeadlessRow key={jobId} jobId={jobId} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function HeadlessRow({ jobId }: { jobId: string }): ReactElement {
  const { state } = useJobProgress(jobId);
  return (
    <tr>
      <th scope="row">{state.title}</th>
      <td>{state.status}</td>
      <td>{state.progress === null ? 'unknown' : `${String(Math.floor(state.progress))}%`}</td>
    </tr>
  );
}

const meta: Meta = {
  title: 'Patterns/Composing parts',
  parameters: { controls: { disable: true } },
};
export default meta;

type Story = StoryObj;

export const CardBesideItsSubject: Story = {
  name: 'A card beside its subject',
  render: () => <Beside />,
  parameters: still(happyPath, 'writing', 'narrow'),
  play: async ({ canvasElement }) => {
    await expect(within(canvasElement).getByRole('article', { name: /Market study/ })).toBeVisible();
  },
};

export const TextAsContent: Story = {
  name: 'The text as the page’s content',
  render: () => <Draft />,
  parameters: { realtime: { scenario: happyPath, from: 7_000 } },
};

export const OwnTable: Story = {
  name: 'Hooks alone',
  render: () => <Headless />,
  parameters: { realtime: { scenario: threeJobs, at: 'working' } },
  play: async ({ canvasElement }) => {
    const table = within(canvasElement);
    await expect(table.getByText('Connection: connected')).toBeVisible();
    await expect(table.getAllByRole('row').length).toBeGreaterThan(3);
  },
};

export const OwnTableNotLive: Story = {
  name: 'Hooks alone, not live',
  render: () => <Headless />,
  parameters: { realtime: { scenario: longOutage, at: 'reconnecting' } },
  play: async ({ canvasElement }) => {
    await expect(within(canvasElement).getByText('Connection: reconnecting')).toBeVisible();
  },
};
