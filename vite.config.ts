import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Workspaces resolve to their sources; a published package has no such condition. */
const sourceConditions = ['@regen/source', 'module', 'browser', 'development|production'];

/** Shared by the web app, Storybook (which loads this file by itself) and the tests in a browser. */
export default defineConfig({
  plugins: [react(), tailwindcss()],
  resolve: {
    conditions: sourceConditions,
    alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) },
  },
  build: {
    outDir: 'dist-web',
    // The oldest that know light-dark(): for older ones the minifier would rewrite it and lose surfaces.
    cssTarget: ['chrome123', 'safari17.5', 'firefox120'],
  },
});
