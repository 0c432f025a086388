import type { Meta, StoryObj } from '@storybook/react-vite';
import { arabicText, chineseText, codeText, emojiText } from '../../mocks/scenarios/index.ts';
import { AppPage } from '../support/AppPage.tsx';
import { played } from '../support/played.ts';

const meta: Meta<typeof AppPage> = {
  title: 'Scenarios/Text',
  component: AppPage,
  parameters: { layout: 'fullscreen', controls: { disable: true } },
};
export default meta;

type Story = StoryObj<typeof AppPage>;

export const ArabicText: Story = { name: 'Text in Arabic', parameters: played(arabicText) };
export const ChineseText: Story = { name: 'Text in Chinese', parameters: played(chineseText) };
export const EmojiText: Story = { name: 'Emoji joined across chunks', parameters: played(emojiText) };
export const CodeText: Story = { name: 'Code and Markdown', parameters: played(codeText) };
