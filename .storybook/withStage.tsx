import { type Decorator } from '@storybook/react-vite';
import { stageGlobals } from './globals.ts';
import { type CSSProperties } from 'react';
import './stage.css';

/** `parameters.stage` of a story. */
export interface StageParameters {
  height?: number;
}

function stageStyle({ height }: StageParameters = {}): CSSProperties | undefined {
  return height === undefined ? undefined : ({ '--stage-height': `${height}px` } as CSSProperties);
}

/**
 * Puts a story on its stage: theme, direction, motion and language as the toolbar says, and a containing block of its
 * own for everything fixed or sticky. `parameters.frozen` stops animation; `parameters.layout: 'fullscreen'` takes the
 * padding away; `parameters.stage.height`, in px, is for what would have no height of its own: a fixed panel.
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
      style={stageStyle(parameters['stage'])}
    >
      <Story />
    </div>
  );
};
