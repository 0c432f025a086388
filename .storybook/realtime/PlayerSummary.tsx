import type { ReactElement } from 'react';
import type { Scenario } from '@regen/realtime-mocks';

/** What is played, in the strip below a story. */
export function PlayerSummary({ scenario }: { scenario: Scenario }): ReactElement {
  return (
    <p className="player-summary">
      <bdi>
        <strong>{scenario.title}</strong> {scenario.summary}
      </bdi>
    </p>
  );
}
