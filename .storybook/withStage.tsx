import { type Decorator } from '@storybook/react-vite';
import { stageGlobals } from './globals.ts';
import './stage.css';

/**
 * Puts a story on its stage: theme, direction, motion and language as the toolbar says, and a containing block of its
 * own for everything fixed or sticky. `parameters.frozen` stops animation; `parameters.layout: 'fullscreen'` takes the
 * padding away.
 */
export const withStage: Decorator = (Story, { globals, parameters }) => {
  const { theme, direction, motion, language } = stageGlobals(globals);
  return (
    <div
      className="regen-stage"
      data-stage
      data-rg-theme={theme}
      data-rg-motion={motion === 'reduce' ? 'reduce' : undefined}
      data-frozen={parameters['frozen'] ? '' : undefined}
      data-padded={parameters['layout'] === 'fullscreen' ? undefined : ''}
      dir={direction}
      lang={language}
    >
      <Story />
    </div>
  );
};
