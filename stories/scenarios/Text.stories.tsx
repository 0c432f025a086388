import type { Meta, StoryObj } from '@storybook/react-vite';
import { arabicText, chineseText, codeText, emojiText } from '../../mocks/scenarios/index.ts';
import { AppPage } from '../support/AppPage.tsx';
import { played } from '../support/played.ts';

const meta: Meta<typeof AppPage> = {
  title: 'Scenarios/Text',
  component: AppPage,
  parameters: { layout: 'fullscreen', controls: { disable: true } },
  tags: ['!autodocs'],
};
export default meta;

type Story = StoryObj<typeof AppPage>;

export const ArabicText: Story = played(arabicText);
export const ChineseText: Story = played(chineseText);
export const EmojiText: Story = played(emojiText);
export const CodeText: Story = played(codeText);
