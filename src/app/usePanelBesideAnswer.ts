import { useLayoutEffect } from 'react';
import { usePanel } from '@/index';

/** From here on the panel stands beside the text; see app.css. */
const WIDE = '(min-width: 1140px)';

/** On a narrower page the panel would open over the very answer that it tells of: there a person alone opens it. */
export function usePanelBesideAnswer(): void {
  const { view, onPanelEvent } = usePanel();
  const opensByItself = view.isExpanded && !view.openedByHand;
  // Before it is drawn.
  useLayoutEffect(() => {
    if (opensByItself && !matchMedia(WIDE).matches) onPanelEvent({ kind: 'collapsed' });
  }, [opensByItself, onPanelEvent]);
}
