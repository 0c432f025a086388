import type { Meta, StoryObj } from '@storybook/react-vite';
import type { ReactElement, ReactNode } from 'react';
import { expect, within } from 'storybook/test';
import { failureRetryable, happyPath, threeJobs } from '../../mocks/scenarios/index.ts';
import {
  Glyph,
  HangingBanner,
  JobCard,
  JobCardHeader,
  JobCardMeta,
  JobProgressLine,
  PanelPill,
  Readout,
  Ring,
  StepTrail,
  StreamText,
  Well,
  useJobCard,
  usePanel,
  useRealtimeClient,
} from '../../src/index.ts';
import './parts.css';

const STUDY = '7f3a91c2';
const TRANSCRIPTS = 'c04e77d1';

interface OfAJob {
  jobId: string;
}

const meta: Meta<OfAJob> = {
  title: 'Components/Parts',
  args: { jobId: STUDY },
  parameters: { controls: { disable: true }, docs: { source: { code: null } } },
};
export default meta;

type Story = StoryObj<OfAJob>;

function Named({ name, children }: { name: string; children: ReactNode }): ReactElement {
  return (
    <div className="part">
      <code>{name}</code>
      <div>{children}</div>
    </div>
  );
}

function CardParts({ jobId }: OfAJob): ReactElement | null {
  const client = useRealtimeClient();
  const card = useJobCard(jobId);
  if (card === null) return null;
  return (
    <div className="parts">
      <Named name="JobCard">
        <JobCard view={card} />
      </Named>
      <Named name="JobCardHeader">
        <JobCardHeader view={card} titleId="part-title" isOpen />
      </Named>
      <Named name="JobCardMeta">
        <JobCardMeta view={card} isOpen />
      </Named>
      <Named name="Glyph">
        <Glyph name={card.glyph} tone={card.tone} />
      </Named>
      {card.readout === null ? null : (
        <Named name="Readout">
          <Readout readout={card.readout} />
        </Named>
      )}
      <Named name="StepTrail">
        <StepTrail steps={card.steps} />
      </Named>
      <Named name="JobProgressLine">
        <JobProgressLine rail={card.rail} lastEventAt={card.lastEventAt} />
      </Named>
      {card.banner === null ? null : (
        <Named name="HangingBanner">
          <HangingBanner banner={card.banner} resume={card.actions.resume} onResume={() => undefined} />
        </Named>
      )}
      <Named name="Well">
        <Well apart>
          <StreamText source={client.textOf(jobId)} caret={card.output?.growing === true} />
        </Well>
      </Named>
    </div>
  );
}

function PanelParts(): ReactElement {
  const { view } = usePanel();
  return (
    <div className="parts">
      <Named name="PanelPill">
        <PanelPill view={view.pill} />
      </Named>
      <Named name="Ring">
        <Ring arcs={view.pill.arcs} />
      </Named>
    </div>
  );
}

export const OfACard: Story = {
  name: 'Parts of a card',
  render: ({ jobId }) => <CardParts jobId={jobId} />,
  parameters: { realtime: { scenario: happyPath, at: 'writing' } },
  play: async ({ canvasElement }) => {
    const canvas = within(canvasElement);
    await expect(canvas.getAllByRole('progressbar').length).toBeGreaterThan(1);
    // Alone, without a card around them, they look as in one.
    await expect(getComputedStyle(canvas.getByRole('list')).paddingInlineStart).toBe('0px');
    for (const id of canvas.getAllByRole('button', { name: /7f3a91c2/ })) {
      await expect(getComputedStyle(id).borderStyle).toBe('none');
    }
  },
};

export const OfAFailedCard: Story = {
  name: 'Parts of a card that failed',
  args: { jobId: TRANSCRIPTS },
  render: ({ jobId }) => <CardParts jobId={jobId} />,
  parameters: { realtime: { scenario: failureRetryable, at: 'failed' } },
  play: async ({ canvasElement }) => {
    await expect(within(canvasElement).getByRole('button', { name: 'Try again' })).toBeEnabled();
  },
};

export const OfThePanel: Story = {
  name: 'Parts of the panel',
  render: () => <PanelParts />,
  parameters: { realtime: { scenario: threeJobs, at: 'working' } },
  play: async ({ canvasElement }) => {
    await expect(within(canvasElement).getByRole('button', { name: /running/ })).toBeInTheDocument();
  },
};
