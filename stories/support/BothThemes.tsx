import { Unstyled } from '@storybook/addon-docs/blocks';
import type { ReactElement, ReactNode } from 'react';
import './docs.css';

/** The same sample in the light and in the dark theme. */
export function BothThemes({ children }: { children: ReactNode }): ReactElement {
  return (
    <Unstyled>
      <div className="docs-themes">
        {(['light', 'dark'] as const).map((theme) => (
          <div key={theme} className="docs-sample" data-rg-theme={theme}>
            {children}
          </div>
        ))}
      </div>
    </Unstyled>
  );
}
