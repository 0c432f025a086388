import { type Decorator } from '@storybook/react-vite';

/** The seam for what a story is told by: the mock that plays `globals.scenario` at `globals.speed`, or a live server. */
export const withRealtime: Decorator = (Story) => <Story />;
