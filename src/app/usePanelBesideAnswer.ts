import { useEffect, useRef } from 'react';
import { usePanel } from '@/index';

/** From here on the panel stands beside the text; see app.css. */
const WIDE = '(min-width: 1140px)';

/**
 * On a narrower page the panel that opens by itself would cover the very answer that it tells of: it is closed once
 * when that answer comes onto the page, and stays where a person opens it.
 * @param shown the job on the page, once something is known of it
 */
export function usePanelBesideAnswer(shown: string | null): void {
  const { onPanelEvent } = usePanel();
  const closedFor = useRef<string | null>(null);
  useEffect(() => {
    if (shown === null || shown === closedFor.current) return;
    closedFor.current = shown;
    if (!matchMedia(WIDE).matches) onPanelEvent({ kind: 'collapsed' });
  }, [shown, onPanelEvent]);
}
