import { inOrder } from '../../mocks/scenarios/parts.ts';
import type { Scenario } from '@regen/realtime-mocks';
import type { Meta, StoryObj } from '@storybook/react-vite';
import { expect, within } from 'storybook/test';
import { GlobalAIStatusBar } from '../../src/components/realtime/GlobalAIStatusBar.tsx';
import { LiveJobCard } from '../../src/components/realtime/LiveJobCard.tsx';

const URL_LABEL = `https://registry.example.com/${'cold-storage-capacity-'.repeat(6)}2026.pdf?download=1`;
const UNBROKEN = 'unexpected_token_in_response_'.repeat(8);
const CODE = 'unexpected_token_in_response_'.repeat(2);
const JOB = 'long';

const scenario: Scenario = {
  id: 'long-words',
  title: 'Long words',
  summary: 'Words without a place to break, and titles with line breaks: nothing leaves its box.',
  durationMs: 80_000,
  moments: { running: 5_000, silent: 48_000 },
  steps: inOrder([
    {
      at: 300,
      do: 'worker:create',
      job: JOB,
      title: 'Quarterly report\n\nfor the board\nand the auditors',
      steps: [{ id: 'read', label: URL_LABEL }],
    },
    { at: 500, do: 'worker:step', job: JOB, step: 'read', status: 'active' },
    { at: 2_000, do: 'worker:progress', job: JOB, progress: 20 },
    { at: 8_000, do: 'worker:silence', job: JOB },
  ]),
};

const failing: Scenario = {
  ...scenario,
  id: 'long-failure',
  moments: {},
  steps: [
    ...scenario.steps.slice(0, 3),
    { at: 3_000, do: 'worker:fail', job: JOB, code: CODE, message: UNBROKEN, retryable: true },
  ],
};

const refused: Scenario = {
  ...scenario,
  id: 'long-refusal',
  moments: {},
  steps: [
    ...scenario.steps.slice(0, 3),
    { at: 3_000, do: 'server:refuse', code: 'too_many_connections', message: UNBROKEN },
    { at: 3_500, do: 'network:drop' },
  ],
};

/** Not for the eye: a test of what fits where. */
const meta: Meta<{ jobId: string }> = {
  title: 'Internal/Long words',
  args: { jobId: JOB },
  decorators: [
    (Story) => (
      <div data-testid="narrow" style={{ inlineSize: 320, contain: 'layout' }}>
        <Story />
      </div>
    ),
  ],
  parameters: { layout: 'fullscreen', controls: { disable: true } },
};
export default meta;

type Story = StoryObj<typeof meta>;

/** What reaches beyond the narrow screen; what a box cuts off or scrolls by itself does not. */
function beyond(canvas: HTMLElement): readonly string[] {
  const narrow = within(canvas).getByTestId('narrow');
  const { left, right } = narrow.getBoundingClientRect();
  const isCut = (element: Element | null): boolean =>
    element !== null &&
    element !== narrow &&
    (getComputedStyle(element).overflowX !== 'visible' || isCut(element.parentElement));
  return [...narrow.querySelectorAll('[data-rg] *')]
    .filter((element) => !isCut(element.parentElement))
    .filter((element) => {
      const box = element.getBoundingClientRect();
      return box.width > 1 && (box.right > right + 0.5 || box.left < left - 0.5);
    })
    .map((element) => `${element.tagName} ${element.className}`);
}

const fits: NonNullable<Story['play']> = async ({ canvasElement }) => {
  await expect(beyond(canvasElement)).toEqual([]);
};

export const CollapsedCard: Story = {
  name: 'Collapsed card',
  render: ({ jobId }) => <LiveJobCard jobId={jobId} defaultOpen={false} />,
  parameters: { realtime: { scenario, at: 'running' } },
  play: async (context) => {
    const card = within(context.canvasElement).getByRole('article');
    await expect(card).toHaveTextContent('https://registry');
    await fits(context);
    // One line of words, whatever the step is called.
    await expect(card.getBoundingClientRect().height).toBeLessThan(90);
  },
};

export const OpenCard: Story = {
  name: 'Open card',
  render: ({ jobId }) => <LiveJobCard jobId={jobId} />,
  parameters: { realtime: { scenario, at: 'running' } },
  play: fits,
};

export const FailedCard: Story = {
  name: 'Failed card',
  render: ({ jobId }) => <LiveJobCard jobId={jobId} />,
  parameters: { realtime: { scenario: failing, at: 5_000 } },
  play: async (context) => {
    await expect(within(context.canvasElement).getByRole('article')).toHaveTextContent(UNBROKEN);
    await fits(context);
  },
};

export const Bar: Story = {
  name: 'Bar, title with line breaks',
  render: () => <GlobalAIStatusBar />,
  parameters: { realtime: { scenario, at: 'silent' } },
  play: async (context) => {
    const bar = within(context.canvasElement).getByRole('status');
    await expect(bar).toHaveTextContent('No sign of life');
    await fits(context);
    // Two rows, as with any other title.
    await expect(bar.getBoundingClientRect().height).toBeLessThanOrEqual(64);
  },
};

export const RefusedBar: Story = {
  name: 'Bar, what the server said',
  render: () => <GlobalAIStatusBar />,
  parameters: { realtime: { scenario: refused, at: 30_000 } },
  play: async (context) => {
    await expect(within(context.canvasElement).getByRole('status')).toHaveTextContent(UNBROKEN);
    await fits(context);
  },
};

/** The dot stands between two times, with the same room on both sides, in either direction. */
export const Times: Story = {
  name: 'Times from right to left',
  render: ({ jobId }) => (
    <div dir="rtl">
      <LiveJobCard jobId={jobId} />
    </div>
  ),
  parameters: { realtime: { scenario, at: 'running' } },
  play: async ({ canvasElement }) => {
    const time = canvasElement.querySelector('.rg-meta-time');
    const words = time?.firstElementChild;
    if (time == null || words == null) throw new Error('The card says no time.');
    const [outer, inner] = [time.getBoundingClientRect(), words.getBoundingClientRect()];
    await expect(inner.left).toBeCloseTo(outer.left, 0);
    await expect(outer.right - inner.right).toBeGreaterThan(6);
  },
};
