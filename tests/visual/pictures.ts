import { appendFileSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Where the baselines of a theme are: one folder a component, one file a story. */
export function baselineFolder(theme: string): string {
  return join('tests', 'visual', 'baselines', theme);
}

/** Lists the baselines that the last run of a theme asked for, one path a line. */
export function askedForFile(theme: string): string {
  return join('node_modules', '.cache', 'regen-visual', `${theme}.txt`);
}

/** Resolves names of pictures to baselines, and keeps a list of them: scripts/baselines.mjs finds those nobody asked for. */
export function baselineResolver(theme: string): (picture: { arg: string; ext: string; root: string }) => string {
  let started = false;
  return ({ arg, ext, root }) => {
    const list = join(root, askedForFile(theme));
    if (!started) {
      started = true;
      rmSync(list, { force: true });
      mkdirSync(dirname(list), { recursive: true });
    }
    const path = join(baselineFolder(theme), `${arg}${ext}`);
    appendFileSync(list, `${path}\n`);
    return join(root, path);
  };
}
