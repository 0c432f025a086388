import type { ReactElement, ReactNode } from 'react';
import { RealtimeProvider } from '../../src/hooks/RealtimeProvider.tsx';
import type { StoryPage } from './storyPage.ts';

export interface PlayedPageProps {
  /** Null while it is away. */
  page: StoryPage | null;
  pageNumber: number;
  /** Whether it was open before. */
  wasOpen: boolean;
  children: ReactNode;
}

/** The page that a scenario is about: its content while it is open, a word in its place while it is away. */
export function PlayedPage({ page, pageNumber, wasOpen, children }: PlayedPageProps): ReactElement {
  if (page === null) {
    return (
      <p className="regen-page-away">{wasOpen ? 'The page is being reloaded.' : 'The page has not been opened yet.'}</p>
    );
  }
  return (
    <RealtimeProvider key={pageNumber} client={page.client}>
      {children}
    </RealtimeProvider>
  );
}
