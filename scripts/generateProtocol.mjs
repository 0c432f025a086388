/** Writes docs/protocol from packages/shared/schemas.ts (`npm run protocol`); a test compares the two. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, 'docs', 'protocol');

/** @type {{ module: typeof import('./protocol/documents.ts') }} */
const { module } = await runnerImport(join(root, 'scripts', 'protocol', 'documents.ts'), {
  root,
  configFile: false,
  logLevel: 'warn',
  // The sources, whatever was built before.
  resolve: { alias: { '@regen/realtime-shared': join(root, 'packages', 'shared', 'index.ts') } },
});

mkdirSync(folder, { recursive: true });
for (const [name, text] of Object.entries(await module.protocolDocuments())) {
  writeFileSync(join(folder, name), text);
  console.log(`protocol: docs/protocol/${name}`);
}
