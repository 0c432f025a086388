import { DecoratorHelpers } from '@storybook/addon-themes';
import { type Preview } from '@storybook/react-vite';
import { docsParameters } from './docs/docsParameters.tsx';
import { globalTypes, initialGlobals, themes } from './globals.ts';
import { realtimeLoader, withRealtime } from './withRealtime.tsx';
import { withStage } from './withStage.tsx';
import './fonts.css';
import '../src/styles/index.css';

DecoratorHelpers.initializeThemeState([...themes], initialGlobals.theme);

const preview: Preview = {
  // The first is the innermost.
  decorators: [withRealtime, withStage],
  loaders: [realtimeLoader],
  globalTypes,
  initialGlobals: { ...initialGlobals },
  parameters: {
    a11y: { test: 'error' },
    backgrounds: { disabled: true },
    controls: { expanded: true, sort: 'requiredFirst' },
    docs: docsParameters,
    // Storybook's own words for a function are lost when a build is minified.
    jsx: { functionValue: () => '() => {}' },
    options: {
      storySort: {
        method: 'alphabetical',
        order: ['Introduction', 'Foundations', 'Components', 'Patterns', 'Scenarios', 'Integration', 'Internal'],
      },
    },
  },
};

export default preview;
