/**
 * `npm run chromatic`: uploads the Storybook to Chromatic. Without a token it says so in one line and fails: whoever
 * runs it wants an upload, and a check that did not run must not look like one that passed. The workflow asks for the
 * secret before it calls this.
 */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

if (!process.env['CHROMATIC_PROJECT_TOKEN']) {
  console.error(
    'chromatic: CHROMATIC_PROJECT_TOKEN is not set; take the token from the project on chromatic.com and export it.',
  );
  process.exit(1);
}

const { status } = spawnSync(
  join(root, 'node_modules', '.bin', 'chromatic'),
  ['--build-script-name', 'build-storybook', '--only-changed', '--exit-zero-on-changes', ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit' },
);
process.exitCode = status ?? 1;
