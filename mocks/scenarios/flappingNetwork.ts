import type { Scenario, ScenarioStep } from '../scenario.ts';
import { completed, inOrder, study } from './parts.ts';

export const flappingNetwork: Scenario = {
  id: 'flapping-network',
  title: 'Flapping network',
  summary: 'The connection drops again and again; the text goes on where it stopped.',
  durationMs: 40000,
  moments: { flapping: 16300, completed: 37000 },
  steps: inOrder(
    study(),
    [6_000, 8_500, 11_000, 13_500, 16_000, 18_500].map((at): ScenarioStep => ({ at, do: 'network:drop' })),
    completed(36_000),
  ),
};
