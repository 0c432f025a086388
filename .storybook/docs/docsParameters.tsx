import type { DocsContainerProps } from '@storybook/addon-docs/blocks';
import { lazy, Suspense, type PropsWithChildren, type ReactElement } from 'react';
import { extractArgTypes } from './propTypes.ts';

/** Storybook's blocks are large, and stories need none of them. */
const DocsPage = lazy(async () => ({ default: (await import('./DocsPage.tsx')).DocsPage }));

function LazyDocsPage(props: PropsWithChildren<DocsContainerProps>): ReactElement {
  return (
    <Suspense fallback={null}>
      <DocsPage {...props} />
    </Suspense>
  );
}

/** `parameters.docs` of everything. */
export const docsParameters = {
  container: LazyDocsPage,
  extractArgTypes,
  argTypes: { sort: 'requiredFirst' },
  codePanel: true,
};
