import { DocsContainer, type DocsContainerProps } from '@storybook/addon-docs/blocks';
import { useMemo, useSyncExternalStore, type PropsWithChildren, type ReactElement } from 'react';
import { GLOBALS_UPDATED } from 'storybook/internal/core-events';
import { stageGlobals } from '../globals.ts';
import { docsThemes } from '../themes.ts';
import './docsPage.css';

type PageTheme = keyof typeof docsThemes;
type Channel = DocsContainerProps['context']['channel'];

/** The toolbar's theme, and its changes; where it follows the system, the system's. */
function createThemeStore(channel: Channel): { subscribe(changed: () => void): () => void; read(): PageTheme } {
  const prefersDark = window.matchMedia('(prefers-color-scheme: dark)');
  return {
    subscribe: (changed) => {
      channel.on(GLOBALS_UPDATED, changed);
      prefersDark.addEventListener('change', changed);
      return () => {
        channel.off(GLOBALS_UPDATED, changed);
        prefersDark.removeEventListener('change', changed);
      };
    },
    read: () => {
      const [last] = (channel.last(GLOBALS_UPDATED) ?? []) as [{ globals: Record<string, unknown> }?];
      const { theme } = stageGlobals(last?.globals ?? {});
      if (theme === 'system') return prefersDark.matches ? 'dark' : 'light';
      return theme;
    },
  };
}

/** A documentation page in the theme of the toolbar, with the tokens for what is drawn on it outside of stories. */
export function DocsPage({ context, children }: PropsWithChildren<DocsContainerProps>): ReactElement {
  const { subscribe, read } = useMemo(() => createThemeStore(context.channel), [context.channel]);
  const theme = useSyncExternalStore(subscribe, read);
  return (
    <DocsContainer context={context} theme={docsThemes[theme]}>
      <div className="regen-docs" data-rg-theme={theme}>
        {children}
      </div>
    </DocsContainer>
  );
}
