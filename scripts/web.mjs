/** `npm run dev:web`: Vite with the web app on port 5173, or on the one of `npm run dev:web -- --port 5174`. */
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { portOf } from './ports.mjs';
import { whenStarterEnds } from './starter.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const given = process.argv.slice(2);
await portOf({ name: 'web', hint: 'npm run dev:web -- --port', args: given, standard: 5_173 });
whenStarterEnds(() => process.exit(0));
process.argv.splice(2, given.length, '--strictPort', '--clearScreen', 'false', ...given);
await import(pathToFileURL(join(root, 'node_modules', 'vite', 'bin', 'vite.js')).href);
