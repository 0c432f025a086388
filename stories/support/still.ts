import type { Scenario } from '@regen/realtime-mocks';
import type { RealtimeParameters } from '../../.storybook/realtime/storyPlay.ts';

/** Which further pictures a still story is taken of. */
export type Variant = 'narrow' | 'rtl';

export interface StillParameters {
  frozen: true;
  realtime: RealtimeParameters;
  visual?: { variants: readonly Variant[] };
}

/** Parameters of a story that stands at a moment of a scenario and is photographed there. */
export function still(scenario: Scenario, at: string | number, ...variants: readonly Variant[]): StillParameters {
  return {
    frozen: true,
    realtime: { scenario, at },
    ...(variants.length === 0 ? {} : { visual: { variants } }),
  };
}
