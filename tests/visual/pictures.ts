import { appendFileSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** One folder a theme, in it one a component, one file a story. */
const BASELINES = join('tests', 'visual', 'baselines');

/** Lists the baselines that the last run of a project asked for, one path a line. */
function askedForFile(project: string): string {
  return join('node_modules', '.cache', 'regen-visual', `${project}.txt`);
}

/** Resolves names of pictures to baselines, and keeps a list of them: scripts/baselines.mjs finds those nobody asked for. */
export function baselineResolver(project: string): (picture: { arg: string; ext: string; root: string }) => string {
  let started = false;
  return ({ arg, ext, root }) => {
    const list = join(root, askedForFile(project));
    if (!started) {
      started = true;
      rmSync(list, { force: true });
      mkdirSync(dirname(list), { recursive: true });
    }
    const path = join(BASELINES, `${arg}${ext}`);
    appendFileSync(list, `${path}\n`);
    return join(root, path);
  };
}
