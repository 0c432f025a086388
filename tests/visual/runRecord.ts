import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { TestModule, TestProject } from 'vitest/node';
import type { RunRecord } from '../../scripts/baselineFates.mjs';

declare module 'vitest' {
  interface TaskMeta {
    /** Of the story under test; addon-vitest puts it here. */
    storyId?: string;
  }
}

/** Vitest puts the browser behind a project's name. */
function recordFile({ name, config }: TestProject): string {
  return join(config.root, 'node_modules', '.cache', 'regen-visual', `${name.replace(/ \(.+\)$/, '')}.json`);
}

/** What the modules of a run tell of its stories. Whole where all of `files` were read and each of their tests is a story's. */
function recordOf(modules: readonly TestModule[], files: readonly string[]): RunRecord {
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  const read = new Set(modules.filter((module) => module.errors().length === 0).map(({ moduleId }) => moduleId));
  const stories: Record<string, boolean> = {};
  for (const test of tests) {
    const { storyId } = test.meta();
    if (storyId !== undefined) stories[storyId] = test.result().state === 'passed';
  }
  return {
    stories,
    isWhole: files.every((file) => read.has(file)) && tests.every((test) => test.meta().storyId !== undefined),
  };
}

/** Forgets the project's last run, so that one that is ended before its time leaves nothing to trust. */
export function forgetRun(project: TestProject): void {
  rmSync(recordFile(project), { force: true });
}

/** Writes down how the project's run went, for scripts/baselines.mjs. */
export async function recordRun(project: TestProject): Promise<void> {
  const modules = project.vitest.state.getTestModules().filter((module) => module.project === project);
  const { testFiles } = await project.globTestFiles();
  mkdirSync(dirname(recordFile(project)), { recursive: true });
  writeFileSync(recordFile(project), JSON.stringify(recordOf(modules, testFiles)));
}
