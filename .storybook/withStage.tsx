import { type Decorator } from '@storybook/react-vite';
import { stageGlobals } from './globals.ts';
import { isFrozen } from './realtime/storyPlay.ts';
import type { CSSProperties } from 'react';
import './stage.css';

/** `parameters.stage` of a story. */
export interface StageParameters {
  height?: number;
  width?: number;
}

function stageStyle({ height, width }: StageParameters = {}): CSSProperties {
  // React's type knows no custom properties.
  return {
    ...(height === undefined ? {} : { '--stage-height': `${height}px` }),
    ...(width === undefined ? {} : { '--stage-width': `${width}px` }),
  } as CSSProperties;
}

/**
 * Puts a story on its stage: theme, direction, motion and language as the toolbar says, and a containing block of its
 * own for everything fixed or sticky. `parameters.frozen` stops animation; `parameters.layout: 'fullscreen'` takes the
 * padding away; `parameters.stage` gives a height to what would have none of its own, such as a fixed panel, and bounds the width; px.
 */
export const withStage: Decorator = (Story, { globals, parameters }) => {
  const chosen = stageGlobals(globals);
  const { theme, direction, motion, language } = chosen;
  const stage: StageParameters | undefined = parameters['stage'];
  return (
    <div
      className="regen-stage"
      data-stage
      data-rg-theme={theme}
      data-rg-motion={motion === 'reduce' ? 'reduce' : undefined}
      data-frozen={isFrozen(parameters, chosen) ? '' : undefined}
      data-padded={parameters['layout'] === 'fullscreen' ? undefined : ''}
      data-bounded={stage?.width === undefined ? undefined : ''}
      dir={direction}
      lang={language}
      style={stageStyle(stage)}
    >
      <Story />
    </div>
  );
};
