import { type Meta, type StoryObj } from '@storybook/react-vite';
import page from '../../tests/visual/calibration/page.html?raw';
import { Specimen as SpecimenView } from './Specimen.tsx';

/**
 * The page that the visual checks photograph before anything of the product: type in the bundled faces, hairlines,
 * gradients and the rail's strokes, without product code. Where it differs from its own baseline, the machine draws
 * differently, and every other picture is compared with just that much tolerance.
 */
const meta: Meta = {
  title: 'Internal/Calibration',
  parameters: { layout: 'fullscreen', frozen: true },
};

export default meta;
type Story = StoryObj;

export const Page: Story = {
  render: () => <div dangerouslySetInnerHTML={{ __html: page }} />,
};

/** The least of a card, drawn from tokens alone: the planted changes of the visual checks are tried on it. */
export const Specimen: Story = {
  render: () => <SpecimenView />,
  parameters: { layout: 'padded', visual: { variants: ['narrow', 'rtl'] } },
};
