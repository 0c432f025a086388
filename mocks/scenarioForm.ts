/** What is said of a scenario whose form is wrong: the field, what is in it, and what to do. */
import type * as v from 'valibot';
import { nearestName } from './nearestName.ts';

/** What a field wants, by the library's name of the check that refused it. */
const WANTED: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  finite: 'a number that is finite',
  number: 'a number',
  record: 'an object',
  safe_integer: 'a whole number',
  strict_object: 'an object',
  string: 'a text',
  variant: 'an object with "at" and "do"',
};

const LIMITS: Readonly<Record<string, string>> = {
  max_value: 'at most',
  min_length: 'a length of at least',
  min_value: 'at least',
  regex: 'what is of the form',
};

type Path = readonly (string | number)[];

/** The reason of the library's issue, without the place of the step; `steps` are the names of all steps there are. */
export function formReason(issue: v.BaseIssue<unknown>, path: Path, steps: readonly string[]): string {
  const last = path.at(-1);
  if (issue.type === 'variant' && last === 'do') return stepNameReason(issue.input, steps);
  if (issue.type === 'strict_object' && issue.expected === 'never') {
    return `${placed(path.slice(0, -1))} takes no "${String(last)}"; leave it out`;
  }
  if (issue.received === 'undefined') return `${placed(path.slice(0, -1))} has no "${String(last)}"; give it one`;
  return `${placed(path)} is ${issue.received}; ${remedy(issue)}`;
}

function stepNameReason(name: unknown, steps: readonly string[]): string {
  if (typeof name !== 'string') return 'it does not say what to do; give it a "do"';
  return `there is no "${name}"; did you mean "${String(nearestName(name, steps))}"?`;
}

function remedy({ type, input, expected, requirement, message }: v.BaseIssue<unknown>): string {
  if (type === 'picklist' && typeof input === 'string') {
    const names = [...(expected ?? '').matchAll(/"([^"]+)"/g)].map(([, name = '']) => name);
    return `did you mean "${String(nearestName(input, names))}"?`;
  }
  const limit = LIMITS[type];
  if (limit !== undefined) return `give it ${limit} ${String(requirement)}`;
  const wanted = WANTED[type];
  return wanted === undefined ? message : `give it ${wanted}`;
}

/** `"id" of entry 2 of "steps"`; entries are counted from 1, and without a path it is the step or the scenario itself. */
function placed(path: Path): string {
  if (path.length === 0) return 'it';
  return path
    .map((key) => (typeof key === 'number' ? `entry ${String(key + 1)}` : `"${key}"`))
    .reverse()
    .join(' of ');
}
