import { expect, test } from 'vitest';
import { created, ofJob, refusal, scenario, step } from './testing/plantedScenario.ts';

const wrongForms: [says: string, input: unknown][] = [
  ['Scenario "?": it is null; give it an object', null],
  ['Scenario "?": it has no "id"; give it one', {}],
  [
    'Scenario "Not Good": "id" is "Not Good"; give it what is of the form /^[a-z0-9-]+$/',
    { ...scenario([]), id: 'Not Good' },
  ],
  ['Scenario "planted": it takes no "extra"; leave it out', scenario([], { extra: 1 })],
  ['Scenario "planted": "durationMs" is "x"; give it a number', scenario([], { durationMs: 'x' })],
  ['Scenario "planted": "maxTextLength" is 0.5; give it a whole number', scenario([], { maxTextLength: 0.5 })],
  ['Scenario "planted": "late" of "moments" is "x"; give it a number', scenario([], { moments: { late: 'x' } })],
  ['Scenario "planted": "timings" takes no "x"; leave it out', scenario([], { timings: { x: 1 } })],
  ['Scenario "planted": "steps" is "x"; give it a list', { ...scenario([]), steps: 'x' }],
  [
    'Scenario "planted", step 2: it is "x"; give it an object with "at" and "do"',
    { ...scenario([]), steps: [created, 'x'] },
  ],
  ['Scenario "planted", step 1: it takes no "extra"; leave it out', scenario([{ ...created, extra: 1 }])],
  [
    'Scenario "planted", step 1: "user" is "Bob B."; give it what is of the form /^[\\w.@-]{1,128}$/',
    scenario([step(0, 'device:signIn', { user: 'Bob B.' })]),
  ],
  ['Scenario "planted", step 1: "at" is -1; give it at least 0', scenario([{ ...created, at: -1 }])],
  ['Scenario "planted", step 1: "at" is NaN; give it a number', scenario([{ ...created, at: Number.NaN }])],
  ['Scenario "planted", step 1: it has no "title"; give it one', scenario([{ at: 0, do: 'worker:create', job: 'a' }])],
  [
    'Scenario "planted", step 1: "id" of entry 2 of "steps" is 2; give it a text',
    scenario([{ ...created, steps: [{ id: 'read' }, { id: 2 }] }]),
  ],
  [
    'Scenario "planted", step 2: "progress" is 101; give it at most 100',
    scenario([created, ofJob(1, 'worker:progress', { progress: 101 })]),
  ],
  [
    'Scenario "planted", step 2: "status" is "activ"; did you mean "active"?',
    scenario([created, ofJob(1, 'worker:step', { step: 's', status: 'activ' })]),
  ],
  [
    'Scenario "planted", step 1: entry 1 of "events" is "job:chnk"; did you mean "job:chunk"?',
    scenario([step(0, 'network:hole', { events: ['job:chnk'] })]),
  ],
];

test.each(wrongForms)('%s', (says, input) => {
  expect(refusal(input).message).toBe(says);
});
