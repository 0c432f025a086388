import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['@regen/source', 'module', 'browser', 'development|production'] },
  ssr: { resolve: { conditions: ['@regen/source'] } },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          environment: 'node',
          include: ['packages/**/*.test.ts', 'src/**/*.test.ts', 'mocks/**/*.test.ts', 'tests/**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/dist/**', '**/*.browser.test.*'],
        },
      },
    ],
  },
});
