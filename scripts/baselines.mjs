/**
 * Baselines that no story asked for in the last run of the stories: each is a failure, as a story without a baseline
 * is. `--remove` deletes them (npm run test:visual -- --update).
 */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const PROJECTS = ['stories-light', 'stories-dark'];

/** @param {string} project */
function askedForBy(project) {
  const list = join(root, 'node_modules', '.cache', 'regen-visual', `${project}.txt`);
  try {
    return readFileSync(list, 'utf8').split('\n');
  } catch {
    console.error(`baselines: ${project} has not run or took no picture, so nothing is known of its baselines.`);
    return process.exit(1);
  }
}

/** The calibration page's own baseline lies beside the themes' folders; no story asks for it. */
function stored() {
  const folder = join(root, 'tests', 'visual', 'baselines');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.png') && path !== 'calibration.png')
    .map((path) => relative(root, join(folder, path)));
}

const wanted = new Set(PROJECTS.flatMap(askedForBy));
const unused = stored().filter((path) => !wanted.has(path));

if (process.argv.includes('--remove')) {
  for (const path of unused) {
    rmSync(join(root, path));
    console.log(`removed ${path}: no story asks for it`);
  }
} else if (unused.length > 0) {
  console.error(
    `No story asks for these baselines. Remove them with: npm run test:visual -- --update\n${unused.join('\n')}`,
  );
  process.exitCode = 1;
}
