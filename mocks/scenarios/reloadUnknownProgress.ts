import type { Scenario } from '../scenario.ts';
import { TRANSCRIPTS } from './texts.ts';

export const reloadUnknownProgress: Scenario = {
  id: 'reload-unknown-progress',
  title: 'Reload without a percentage',
  summary: 'The job that is restored never reported a percentage.',
  durationMs: 30000,
  moments: { reconnecting: 10830 },
  steps: [
    { at: 400, do: 'worker:create', job: '02b9fe10', title: 'Ask the archive' },
    { at: 600, do: 'worker:start', job: '02b9fe10' },
    { at: 1_000, do: 'worker:stream', job: '02b9fe10', text: TRANSCRIPTS, tokensPerSecond: 2 },
    { at: 10_000, do: 'device:reload', awayMs: 800 },
  ],
};
