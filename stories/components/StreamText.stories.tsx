import type { Meta, StoryContext, StoryObj } from '@storybook/react-vite';
import type { ReactElement } from 'react';
import { expect, within } from 'storybook/test';
import { arabicText, chineseText, codeText, emojiText, fastStream } from '../../mocks/scenarios/index.ts';
import { ARABIC, CHINESE, CODE, EMOJI } from '../../mocks/scenarios/texts.ts';
import { StreamText } from '../../src/components/realtime/StreamText.tsx';
import { useRealtimeClient } from '../../src/hooks/RealtimeProvider.tsx';
import { still } from '../support/still.ts';

interface JobTextProps {
  jobId: string;
  as: 'mono' | 'prose';
  caret: boolean;
}

function JobText({ jobId, as, caret }: JobTextProps): ReactElement {
  const client = useRealtimeClient();
  // Nothing else is on this page: from here it is scrolled by keyboard.
  return <StreamText source={client.textOf(jobId)} as={as} caret={caret} data-testid="text" tabIndex={0} />;
}

/** The code as an application has it, without this file's helper. */
function asUsed(_code: string, { args }: StoryContext<JobTextProps>): string {
  return `<StreamText source={client.textOf('${args.jobId}')} as="${args.as}"${args.caret ? ' caret' : ''} />`;
}

const meta: Meta<typeof JobText> = {
  title: 'Components/StreamText',
  component: StreamText as never,
  render: (args) => <JobText {...args} />,
  args: { jobId: 'a7c31e05', as: 'mono', caret: true },
  argTypes: { as: { control: 'inline-radio', options: ['mono', 'prose'] }, caret: { control: 'boolean' } },
  parameters: {
    controls: { include: ['as', 'caret'] },
    docs: { source: { transform: asUsed } },
  },
};
export default meta;

type Story = StoryObj<typeof JobText>;
const shows =
  (text: string): NonNullable<Story['play']> =>
  async ({ canvasElement }) => {
    await expect(within(canvasElement).getByTestId('text').textContent).toBe(text);
  };

/** A thousand tokens a second; the page does not render for any of them. */
export const Playground: Story = {
  args: { jobId: '7f3a91c2' },
  parameters: { realtime: { scenario: fastStream, from: 3_000 } },
};

export const Arabic: Story = {
  args: { as: 'prose', caret: false },
  parameters: still(arabicText, 'written'),
  play: shows(ARABIC),
};

export const Chinese: Story = {
  args: { as: 'prose', caret: false },
  parameters: still(chineseText, 'written'),
  play: shows(CHINESE),
};

export const Emoji: Story = {
  name: 'Emoji joined across chunks',
  args: { caret: false },
  parameters: still(emojiText, 'written'),
  play: shows(EMOJI),
};

export const Code: Story = {
  name: 'Code and Markdown',
  args: { caret: false },
  parameters: still(codeText, 'written'),
  play: shows(CODE),
};
