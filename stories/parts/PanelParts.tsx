import { PanelPill, Ring, usePanel } from '../../src/index.ts';
import type { ReactElement } from 'react';

/** Parts of the panel by themselves. */
export function PanelParts(): ReactElement {
  const { view } = usePanel();
  return (
    <div className="parts">
      <div data-part="PanelPill">
        <PanelPill view={view.pill} />
      </div>
      <div data-part="Ring">
        <Ring arcs={view.pill.arcs} />
      </div>
    </div>
  );
}
