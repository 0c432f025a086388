import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { storybookTest } from '@storybook/addon-vitest/vitest-plugin';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { playwright } from '@vitest/browser-playwright';
import { type Plugin } from 'vite';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { chromiumArguments, findChromium } from './scripts/chromium.mjs';
import { CONTEXT } from './tests/visual/browserContext.ts';
import { calibrated } from './tests/visual/comparator.ts';
import { baselineResolver } from './tests/visual/pictures.ts';

const executablePath = findChromium();
const never = ['**/node_modules/**', '**/dist/**'];

/** Tests of the server, its log on Redis and the desktop client: they start processes and listen on loopback. */
const onServer = [
  'server/**/*.test.ts',
  'tests/{server,redis,desktop}/**/*.test.ts',
  'tests/conformance/*.{server,redis,cluster}.test.ts',
  'tests/scenarios/*.server.test.ts',
];

function inChromium(picturesOf?: string) {
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
    ...(picturesOf === undefined
      ? {}
      : {
          expect: {
            toMatchScreenshot: {
              comparatorName: 'calibrated' as const,
              comparators: { calibrated },
              resolveScreenshotPath: baselineResolver(picturesOf),
              timeout: 10_000,
            },
          },
        }),
  };
}

/**
 * Each project in Chromium bundles dependencies into a folder of its own, and all of them before the first test: one
 * found later would reload the page under a running story. A plugin, because addon-vitest's overrides the plain options.
 */
function ownDependencies(name: string, ...tests: readonly string[]): Plugin {
  return {
    name: 'regen:own-dependencies',
    enforce: 'post',
    config: () => ({
      cacheDir: `node_modules/.vite/${name}`,
      optimizeDeps: {
        entries: [
          '.storybook/preview.tsx',
          '.storybook/vitest.setup.ts',
          'stories/**/*.stories.tsx',
          'src/**/*.tsx',
          ...tests,
        ],
      },
    }),
  };
}

/** Every story in Chromium: its play function, axe, and a picture of those that are frozen. */
function stories(theme: 'light' | 'dark'): TestProjectInlineConfiguration {
  return {
    extends: true,
    plugins: [
      storybookTest({ configDir: '.storybook', initialGlobals: { theme } }),
      ownDependencies(`stories-${theme}`),
    ],
    test: {
      name: `stories-${theme}`,
      globalSetup: ['tests/visual/calibrate.ts'],
      setupFiles: ['.storybook/vitest.setup.ts'],
      // One file at a time, and both themes at once where both run: a group of their own.
      fileParallelism: false,
      sequence: { groupOrder: 1 },
      browser: inChromium(`stories-${theme}`),
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
    // Also where CI is not set: `npm run test:visual -- --update` alone writes baselines.
    update: 'none',
    // Vitest's own number leaves one core to others.
    maxWorkers: availableParallelism(),
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          environment: 'node',
          // Some play whole scenarios: a busy machine takes its time.
          testTimeout: 30_000,
          include: [
            'packages/**/*.test.ts',
            'src/**/*.test.ts',
            'mocks/**/*.test.ts',
            'stories/**/*.test.ts',
            'tests/**/*.test.ts',
          ],
          exclude: [
            ...never,
            ...onServer,
            '**/*.browser.test.*',
            '**/*.full.test.*',
            '**/*.e2e.test.*',
            'tests/consumers/**',
          ],
        },
      },
      {
        extends: true,
        test: {
          name: 'server',
          environment: 'node',
          // Real processes and sockets: a busy machine takes its time.
          testTimeout: 60_000,
          include: onServer,
        },
      },
      {
        extends: true,
        plugins: [react(), ownDependencies('browser', '{src,mocks,tests}/**/*.browser.test.{ts,tsx}')],
        test: {
          name: 'browser',
          include: ['{src,mocks,tests}/**/*.browser.test.{ts,tsx}'],
          exclude: [...never, '**/*.full.browser.test.*'],
          browser: inChromium(),
        },
      },
      stories('light'),
      stories('dark'),
      {
        extends: true,
        test: {
          name: 'e2e',
          environment: 'node',
          include: ['tests/e2e/**/*.e2e.test.ts'],
          exclude: never,
          testTimeout: 120_000,
          globalSetup: ['tests/e2e/builtApp.ts'],
        },
      },
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
      {
        extends: true,
        plugins: [react(), tailwindcss(), ownDependencies('full-browser', 'tests/**/*.full.browser.test.{ts,tsx}')],
        test: {
          name: 'full-browser',
          include: ['tests/**/*.full.browser.test.{ts,tsx}'],
          exclude: never,
          testTimeout: 120_000,
          globalSetup: ['tests/visual/calibrate.ts'],
          fileParallelism: false,
          browser: inChromium('full-browser'),
        },
      },
    ],
  },
});
