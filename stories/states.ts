/** Every state that a person can meet, beside the story that shows it. */

export type StatefulComponent = 'GlobalAIStatusBar' | 'JobTimelinePanel' | 'JobCard' | 'SessionRestoreBanner';

/**
 * Where a state was specified: in the tables of what people see, of how it looks, or as a titled state of the prototype.
 * A state without a source was found while building.
 */
export type StateSource = 'behaviour' | 'look' | 'prototype';

export interface ComponentState {
  component: StatefulComponent;
  state: string;
  /** What a person sees. */
  shows: string;
  /** Id of the story, as in Storybook's address. */
  story: string;
  sources: readonly StateSource[];
}

interface Row extends Pick<ComponentState, 'state' | 'shows' | 'story'> {
  in: string;
}

const SOURCES: Readonly<Record<string, StateSource>> = { b: 'behaviour', l: 'look', p: 'prototype' };

/** `in` names the sources by their first letters; `story` is the part of the id after the component. */
function statesOf(component: StatefulComponent, rows: readonly Row[]): ComponentState[] {
  return rows.map(({ state, shows, story, in: letters }) => ({
    component,
    state,
    shows,
    story: `components-${component.toLowerCase()}--${story}`,
    sources: Array.from(letters, (letter) => SOURCES[letter]).filter((source) => source !== undefined),
  }));
}

const statusBar = statesOf('GlobalAIStatusBar', [
  { state: 'Connecting', shows: 'A dotted circle, “Connecting…”', story: 'connecting', in: 'blp' },
  { state: 'Connected, idle', shows: 'One thin line, a dot, “Ready”', story: 'idle', in: 'blp' },
  {
    state: 'Connected, working',
    shows: '“2 jobs running”, the latest step with its percentage, one lane per job',
    story: 'working',
    in: 'blp',
  },
  {
    state: 'Working, one unknown',
    shows: 'The lane of a job without a percentage is dotted',
    story: 'working-one-unknown',
    in: 'p',
  },
  {
    state: 'Working, many jobs',
    shows: 'Lanes that would be too narrow are one: ended of all',
    story: 'working-many',
    in: '',
  },
  {
    state: 'Reconnecting',
    shows: 'After 5 s: the attempt, the time to the next one, Retry now',
    story: 'reconnecting',
    in: 'blp',
  },
  { state: 'Offline', shows: '“No network.” and that the jobs go on', story: 'offline', in: 'blp' },
  { state: 'Catching up', shows: 'How many updates of how many', story: 'catching-up', in: 'blp' },
  {
    state: 'Catching up, count unknown',
    shows: '“Catching up…”, the comb over the full width',
    story: 'catching-up-unknown',
    in: 'p',
  },
  {
    state: 'Worker silent',
    shows: '“No sign of life”, from which job, for how long',
    story: 'worker-silent',
    in: 'blp',
  },
  { state: 'Server degraded', shows: '“Live updates are delayed”', story: 'degraded', in: 'blp' },
  { state: 'Sign-in expired', shows: 'A tinted bar with Sign in again', story: 'sign-in-expired', in: 'blp' },
  { state: 'Sign-in refused', shows: 'What the server said, Sign in again', story: 'sign-in-refused', in: 'b' },
  { state: 'Too many connections', shows: 'What the server said, Retry now', story: 'too-many-connections', in: 'b' },
  { state: 'Server draining', shows: 'The bar as before, needles without a wake', story: 'draining', in: 'b' },
  { state: 'Holding', shows: '“Waiting for … to continue”', story: 'holding', in: 'b' },
  { state: 'Jobs wait for a worker', shows: '“1 job queued”, a grey dot', story: 'waiting', in: '' },
  {
    state: 'Dropped for less than 5 s',
    shows: 'The bar as before, needles without a wake',
    story: 'dropped-calmly',
    in: '',
  },
  {
    state: 'Connection details',
    shows: 'Round trip, last contact, reconnections',
    story: 'connection-details',
    in: 'p',
  },
  { state: 'No server', shows: 'Nothing', story: 'no-server', in: 'blp' },
]);

const panel = statesOf('JobTimelinePanel', [
  { state: 'Pill: one running', shows: '“1 running”, a ring of one arc', story: 'pill-one', in: 'lp' },
  {
    state: 'Pill: several, one unknown, one paused',
    shows: 'One arc a job, dotted where unknown',
    story: 'pill-several',
    in: 'lp',
  },
  { state: 'Pill: more than six', shows: 'The share that has ended', story: 'pill-many', in: 'lp' },
  { state: 'Pill: one failed', shows: '“1 running”, “1 failed”', story: 'pill-failed', in: 'lp' },
  { state: 'Pill: all done', shows: '“2 completed”', story: 'pill-done', in: 'lp' },
  { state: 'Pill: not live', shows: '“2 jobs”, “not live”, grey', story: 'pill-not-live', in: 'lp' },
  { state: 'Pill: nothing yet', shows: '“Jobs”', story: 'pill-nothing', in: 'lp' },
  { state: 'Working', shows: 'Cards, one of them open, then the history', story: 'working', in: 'p' },
  { state: 'Many', shows: '100 jobs in a list that fades at its edge', story: 'many', in: 'p' },
  { state: 'Empty', shows: 'One line that says what will appear here', story: 'empty', in: 'p' },
  {
    state: 'Not connected',
    shows: 'Before the first connection: that jobs appear once there is one',
    story: 'not-connected',
    in: '',
  },
  { state: 'Not live', shows: '“2 jobs”, “not live” in its head; cards as they were last', story: 'not-live', in: '' },
  { state: 'Only history', shows: 'What ended, and when', story: 'only-history', in: 'p' },
  { state: 'A failure keeps it open', shows: 'The failed card stays until dismissed', story: 'failed', in: '' },
  {
    state: 'The server does not have a job',
    shows: '“1 not found”, and its card until dismissed',
    story: 'gone',
    in: '',
  },
]);

const card = statesOf('JobCard', [
  { state: 'Queued', shows: '“Queued”, the track alone', story: 'queued', in: 'lp' },
  { state: 'Running', shows: 'Readout, steps, the needle with its wake', story: 'running', in: 'lp' },
  { state: 'Running, output in prose', shows: 'The same, with text to read', story: 'prose', in: 'p' },
  { state: 'Reading back', shows: 'Jump to latest, with a count', story: 'reading-back', in: 'p' },
  {
    state: 'Steps, no percentage',
    shows: '“Step 2 of 3”, one lane a step',
    story: 'steps-without-percentage',
    in: 'p',
  },
  { state: 'Nothing known but life', shows: 'Dots, no readout, no end stop', story: 'nothing-known', in: 'p' },
  { state: 'No progress reported', shows: 'No rail', story: 'no-progress-reported', in: 'p' },
  { state: '100%, still running', shows: 'The needle stands on the end stop', story: 'full-but-running', in: 'p' },
  { state: 'Completed', shows: '“Completed”, the full line', story: 'completed', in: 'lp' },
  {
    state: 'Long title, many steps',
    shows: 'Two lines; steps fold to “3 done”, “2 more”',
    story: 'long-title',
    in: 'p',
  },
  {
    state: 'Skipped and failed steps',
    shows: 'Dotted and struck through; red with a cross',
    story: 'skipped-and-failed-steps',
    in: 'p',
  },
  { state: 'Under pointer and focus', shows: 'A tinted card with a focus ring inside', story: 'under-focus', in: 'p' },
  { state: 'Cancelling', shows: '“Cancelling…”, a hollow square, no Cancel', story: 'cancelling', in: 'lp' },
  { state: 'Cancelled', shows: '“Cancelled”, a filled square', story: 'cancelled', in: 'lp' },
  {
    state: 'Finished before it could be cancelled',
    shows: 'These words, the full line',
    story: 'too-late',
    in: 'lp',
  },
  {
    state: 'Cancel did not get through',
    shows: 'It runs on; beside Cancel: “The request did not get through.”',
    story: 'cancel-lost',
    in: 'lp',
  },
  {
    state: 'Cancelling, and the worker is silent',
    shows: '“Cancelling… No sign of life for 50 s”',
    story: 'cancelling-silent',
    in: '',
  },
  { state: 'Paused', shows: 'The needle doubled, the reason, Resume', story: 'paused', in: 'lp' },
  { state: 'Resume requested', shows: '“Resuming…”, grey', story: 'resuming', in: 'lp' },
  {
    state: 'Failed, can be tried again',
    shows: 'A cross, message and code, Try again',
    story: 'failed-retryable',
    in: 'lp',
  },
  {
    state: 'Failed for good',
    shows: 'The same without Try again; the track is gone',
    story: 'failed-for-good',
    in: 'lp',
  },
  { state: 'Worker silent', shows: '“No sign of life for 40 s”, dots ahead', story: 'worker-silent', in: 'lp' },
  { state: 'Not live', shows: '“Running when last seen”, the line is cut', story: 'not-live', in: 'lp' },
  { state: 'Catching up', shows: '“Catching up: 312 updates”, seam and comb', story: 'catching-up', in: 'lp' },
  { state: 'Resumed', shows: 'A gap in the line where it was interrupted', story: 'resumed', in: 'p' },
  { state: 'Record replaced', shows: 'A note above the text', story: 'record-replaced', in: 'p' },
  { state: 'Beginning left out', shows: 'How many characters are left out', story: 'beginning-left-out', in: 'p' },
  { state: 'Collapsed', shows: 'The active step in place of “Running”, no text', story: 'collapsed', in: '' },
  { state: 'Percentage without steps', shows: 'The readout, no step trail', story: 'small-report', in: '' },
  {
    state: 'Cancelling, from another tab',
    shows: 'The same as if asked for here',
    story: 'cancelled-from-another-tab',
    in: '',
  },
  { state: 'Updates delayed', shows: 'Connected, but reports come late', story: 'delayed', in: '' },
  { state: 'Holding', shows: '“Waiting to continue”, while the server rebuilds its record', story: 'holding', in: '' },
  { state: 'The server no longer has it', shows: 'That it is gone, with the text that is here', story: 'gone', in: '' },
]);

const restoreBanner = statesOf('SessionRestoreBanner', [
  { state: 'Restoring', shows: '“Reconnecting to job (61%)…”', story: 'restoring', in: 'lp' },
  { state: 'Restoring, no percentage', shows: '“Reconnecting to job…”', story: 'restoring-unknown', in: 'lp' },
  { state: 'Restoring several', shows: '“Reconnecting to 3 jobs…”', story: 'restoring-several', in: 'lp' },
  {
    state: 'Out of reach after a reload',
    shows: '“Waiting for a connection to the job (56%).”, and that the text is here',
    story: 'waiting',
    in: '',
  },
  { state: 'Resuming', shows: '“Resuming from 61%”, then it leaves by itself', story: 'resuming', in: 'lp' },
  { state: 'Completed meanwhile', shows: 'What was completed, Show', story: 'completed-meanwhile', in: 'lp' },
  { state: 'Failed meanwhile', shows: 'What failed and why, Try again', story: 'failed-meanwhile', in: 'lp' },
  { state: 'Cancelled meanwhile', shows: 'What was cancelled, Show', story: 'cancelled-meanwhile', in: 'lp' },
  { state: 'Its log is gone', shows: 'That the server lost it, and what is kept', story: 'gone', in: 'lp' },
  { state: 'Nothing to restore', shows: 'Nothing: the record is too old', story: 'nothing-to-restore', in: '' },
]);

export const STATES: readonly ComponentState[] = [...statusBar, ...panel, ...card, ...restoreBanner];
