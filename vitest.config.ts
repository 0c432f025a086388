import { fileURLToPath } from 'node:url';
import { storybookTest } from '@storybook/addon-vitest/vitest-plugin';
import react from '@vitejs/plugin-react';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { chromiumArguments, findChromium } from './scripts/chromium.mjs';
import { CONTEXT } from './tests/visual/browserContext.ts';
import { calibrated } from './tests/visual/comparator.ts';
import { baselineResolver } from './tests/visual/pictures.ts';

const executablePath = findChromium();
const never = ['**/node_modules/**', '**/dist/**'];

function inChromium(pictures: { theme: string } | undefined) {
  return {
    enabled: true,
    headless: true,
    screenshotFailures: false,
    api: { allowWrite: true, allowExec: true },
    provider: playwright({
      launchOptions: { ...(executablePath === undefined ? {} : { executablePath }), args: chromiumArguments() },
      contextOptions: CONTEXT,
    }),
    instances: [{ browser: 'chromium' as const }],
    ...(pictures === undefined
      ? {}
      : {
          expect: {
            toMatchScreenshot: {
              comparatorName: 'calibrated' as const,
              comparators: { calibrated },
              resolveScreenshotPath: baselineResolver(pictures.theme),
              timeout: 10_000,
            },
          },
        }),
  };
}

/** Every story in Chromium: its play function, axe, and a picture of those that are frozen. */
function stories(theme: 'light' | 'dark'): TestProjectInlineConfiguration {
  return {
    extends: true,
    plugins: [storybookTest({ configDir: '.storybook', initialGlobals: { theme } })],
    test: {
      name: `stories-${theme}`,
      globalSetup: ['tests/visual/calibrate.ts'],
      setupFiles: ['.storybook/vitest.setup.ts'],
      fileParallelism: false,
      browser: inChromium({ theme }),
    },
  };
}

export default defineConfig({
  resolve: {
    conditions: ['@regen/source', 'module', 'browser', 'development|production'],
    alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) },
  },
  ssr: { resolve: { conditions: ['@regen/source'] } },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          environment: 'node',
          include: ['packages/**/*.test.ts', 'src/**/*.test.ts', 'mocks/**/*.test.ts', 'tests/**/*.test.ts'],
          exclude: [...never, '**/*.browser.test.*', '**/*.full.test.*', 'tests/consumers/**'],
        },
      },
      {
        extends: true,
        plugins: [react()],
        test: {
          name: 'browser',
          include: ['{src,mocks,tests}/**/*.browser.test.{ts,tsx}'],
          exclude: [...never, '**/*.full.browser.test.*'],
          browser: inChromium(undefined),
        },
      },
      stories('light'),
      stories('dark'),
      {
        extends: true,
        test: {
          name: 'full',
          environment: 'node',
          include: ['tests/**/*.full.test.ts'],
          exclude: never,
          testTimeout: 120_000,
        },
      },
    ],
  },
});
