/**
 * `npm start`: Storybook on port 6006, or on the one of `npm start -- -p 6007`. A port that is taken ends it at once:
 * Storybook would ask for another and, where there is no terminal to answer in, end as if all were well.
 */
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { portOf } from './ports.mjs';
import { whenStarterEnds } from './starter.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const DEFAULT_PORT = 6006;
const given = process.argv.slice(2);
const chosen = await portOf({ name: 'start', hint: 'npm start -- -p', args: given, standard: DEFAULT_PORT });
whenStarterEnds(() => process.exit(0));

const defaults = chosen === undefined ? ['-p', String(DEFAULT_PORT)] : [];
process.argv.splice(
  2,
  given.length,
  'dev',
  ...defaults,
  '--exact-port',
  '--no-open',
  '--disable-telemetry',
  '--no-version-updates',
  ...given,
);
await import(pathToFileURL(join(root, 'node_modules', 'storybook', 'dist', 'bin', 'dispatcher.js')).href);
