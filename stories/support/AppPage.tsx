import type { ReactElement, ReactNode } from 'react';
import { useSessionRestore, SessionRestoreBanner } from '../../src/hooks/useSessionRestore.ts';
import { GlobalAIStatusBar } from '../../src/components/realtime/GlobalAIStatusBar.tsx';
import { JobTimelinePanel, type JobTimelinePanelProps } from '../../src/components/realtime/JobTimelinePanel.tsx';
import './appPage.css';

export interface AppPageProps extends Pick<JobTimelinePanelProps, 'output' | 'renderOutput'> {
  /** The host's name in its side bar. */
  host?: string;
  children?: ReactNode;
}

/** An application of somebody else's, with the three components in their places. */
export function AppPage({ host = 'Tern', children, ...panel }: AppPageProps): ReactElement {
  const { banner } = useSessionRestore();
  return (
    <div className="host">
      <GlobalAIStatusBar onSignIn={() => undefined} />
      <div className="host-columns">
        <nav className="host-side" aria-label={host}>
          <b>{host}</b>
          <a href="#briefs" aria-current="page">
            Briefs
          </a>
          <a href="#sources">Sources</a>
          <a href="#interviews">Interviews</a>
          <a href="#figures">Figures</a>
          <a href="#archive">Archive</a>
        </nav>
        <main className="host-main">
          <header className="host-head">Briefs / Nordic logistics</header>
          <SessionRestoreBanner {...banner} className="host-banner" />
          {children ?? <Brief />}
        </main>
      </div>
      <JobTimelinePanel {...panel} />
    </div>
  );
}

function Brief(): ReactElement {
  return (
    <article className="host-doc">
      <h1>Cold-chain logistics in the Nordics</h1>
      <p className="host-by">Brief 14, draft, edited 3 min ago</p>
      <h2>Summary</h2>
      <p>
        Demand for temperature-controlled storage has outgrown supply in every market of this brief. The gap is widest
        for small, multi-tenant sites near ports, where vacancy fell below two percent and contracts are now signed
        before ground is broken.
      </p>
      <h2>Capacity</h2>
      <p>
        Operators answer with conversions rather than new builds. A dry warehouse can be refitted in nine months; a new
        site takes three years, most of it spent waiting for a grid connection.
      </p>
      <h2>Prices</h2>
      <p>
        Prices per pallet position rose faster than energy costs. Tenants with contracts older than two years pay a
        third less than new ones, which explains why so few of them move.
      </p>
    </article>
  );
}
