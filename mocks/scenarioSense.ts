/** What a scenario's form cannot say: whether what it tells can happen, in this order and at these times. */
import type { Scenario, ScenarioStep } from './scenario.ts';

/** Throws for a step (its index in `steps`), or for the scenario as a whole (null). */
type Fail = (step: number | null, reason: string) => never;
type Check = (step: ScenarioStep, fail: (reason: string) => never) => void;
type Creation = Extract<ScenarioStep, { do: 'worker:create' }>;

interface JobStory {
  over: boolean;
  paused: boolean;
  /** Why its worker does nothing more, until it is taken over. */
  gone: { why: 'crashed' | 'failed'; at: number } | null;
  /** When a person's resume has brought it back; null while nothing does. */
  backAt: number | null;
  /** How long its worker takes to answer a resume; null: it never does. */
  answersResumeAfterMs: number | null;
}

const ANSWERS_RESUME_AFTER_MS = 800;
/** The server gives up a silent worker after so long, and only then can its job be resumed; ms. */
const LOST_MS = 120_000;

/** Checks the steps one after the other and throws through `fail` at the first that cannot happen. */
export function checkSense(scenario: Scenario, fail: Fail): void {
  const { durationMs, opensAtMs = 0, moments = {} } = scenario;
  if (opensAtMs > durationMs) {
    fail(
      null,
      `the page opens at ${inMs(opensAtMs)}, when the scenario is over (${inMs(durationMs)}); open it earlier`,
    );
  }
  const checks = [timeCheck(durationMs), jobCheck(scenario), pageCheck(opensAtMs), contentCheck, serverCheck(scenario)];
  scenario.steps.forEach((step, index) => {
    for (const check of checks) check(step, (reason) => fail(index, reason));
  });
  for (const [name, at] of Object.entries(moments)) {
    if (at > durationMs)
      fail(
        null,
        `the moment "${name}" at ${inMs(at)} lies behind its end (${inMs(durationMs)}); give it an earlier time`,
      );
  }
}

function timeCheck(durationMs: number): Check {
  let last = 0;
  return ({ at }, fail) => {
    if (at < last) fail(`it comes at ${inMs(at)}, after a step at ${inMs(last)}; put it before that one`);
    last = at;
    if (at > durationMs)
      fail(
        `it comes at ${inMs(at)}, when the scenario is over (${inMs(durationMs)}); let it come earlier or raise "durationMs"`,
      );
  };
}

/** A job is spoken of after it was created, and its worker speaks only while there is one. */
function jobCheck({ timings }: Scenario): Check {
  const lostMs = timings?.lostMs ?? LOST_MS;
  const jobs = new Map<string, JobStory>();

  return (step, fail) => {
    if (!('job' in step) || step.do === 'device:leave') return;
    const name = `"${step.job}"`;
    const known = jobs.get(step.job);
    if (step.do === 'worker:create') {
      if (known !== undefined && !known.over) fail(`the job ${name} exists already; give the new one another name`);
      jobs.set(step.job, begin());
      return;
    }
    const job = known ?? fail(`there is no job ${name} yet; put a worker:create before it`);
    comeBack(job, step.at);
    switch (step.do) {
      case 'worker:onResume':
        job.answersResumeAfterMs = step.afterMs;
        return;
      case 'person:resume':
        askToResume(job, step.at, lostMs);
        return;
      case 'worker:onCancel':
      case 'person:cancel':
      case 'person:cancelElsewhere':
      case 'server:loseTail':
      case 'server:refill':
        return;
      default:
    }
    if (job.over) fail(`the job ${name} is over, and its worker has nothing more to say; let this come before its end`);
    if (step.do === 'worker:takeover') {
      Object.assign(job, { paused: false, gone: null, backAt: null });
      return;
    }
    if (job.gone !== null) fail(`the worker of ${name} ${whyGone(job.gone, job.backAt, lostMs)}`);
    if (step.do === 'worker:continue' && !job.paused)
      fail(`the job ${name} is not paused, so it cannot continue; put a worker:pause before it`);
    if (step.do === 'worker:pause') job.paused = true;
    else if (step.do === 'worker:continue') job.paused = false;
    else if (step.do === 'worker:crash') job.gone = { why: 'crashed', at: step.at };
    else if (step.do === 'worker:fail' && step.retryable) job.gone = { why: 'failed', at: step.at };
    else if (step.do === 'worker:fail' || step.do === 'worker:complete' || step.do === 'worker:cancel') job.over = true;
  };
}

function begin(): JobStory {
  return { over: false, paused: false, gone: null, backAt: null, answersResumeAfterMs: ANSWERS_RESUME_AFTER_MS };
}

/** A person's resume takes effect where the server lets it: of a paused, a failed or a given-up job. */
function askToResume(job: JobStory, at: number, lostMs: number): void {
  if (job.over || job.backAt !== null || job.answersResumeAfterMs === null) return;
  const resumable = job.gone === null ? job.paused : job.gone.why === 'failed' || at >= job.gone.at + lostMs;
  if (resumable) job.backAt = at + job.answersResumeAfterMs;
}

function comeBack(job: JobStory, now: number): void {
  if (job.backAt === null || now < job.backAt) return;
  Object.assign(job, { paused: false, gone: null, backAt: null });
}

function whyGone(gone: { why: 'crashed' | 'failed'; at: number }, backAt: number | null, lostMs: number): string {
  const since = `${gone.why} at ${inMs(gone.at)}`;
  if (backAt !== null) return `${since} and is back at ${inMs(backAt)}; let it come then`;
  const resume = gone.why === 'failed' ? 'person:resume' : `person:resume from ${inMs(gone.at + lostMs)} on`;
  return `${since}; only worker:takeover or ${resume} brings it back`;
}

/** A person acts on a page that is open; a page that is away cannot be left. What comes at the same time comes first. */
function pageCheck(opensAtMs: number): Check {
  let opensAt = opensAtMs;
  let isFirst = true;
  return (step, fail) => {
    const missing = isFirst
      ? `the page opens only at ${inMs(opensAt)}`
      : `the page is away and back only at ${inMs(opensAt)}`;
    switch (step.do) {
      case 'person:cancel':
      case 'person:resume':
      case 'person:retry':
        if (step.at <= opensAt) fail(`${missing}, so nobody can do this yet; let it come later`);
        return;
      case 'device:reload':
      case 'device:crash':
        if (step.at <= opensAt) fail(`${missing}, so it cannot be left yet; let it come later`);
        opensAt = step.at + step.awayMs;
        isFirst = false;
        return;
      case 'device:leave':
        if (step.at > opensAtMs)
          fail(`the page opened at ${inMs(opensAtMs)}; let an earlier page leave its record before`);
        return;
      default:
    }
  };
}

const contentCheck: Check = (step, fail) => {
  if (step.do === 'worker:write') {
    if (step.text === undefined && step.pieces === undefined) fail('it writes nothing; give it "text" or "pieces"');
    if (step.text !== undefined && step.pieces !== undefined) fail('it has both "text" and "pieces"; give it one');
  }
  if (step.do === 'worker:create') {
    if (step.title.trim() === '') fail(`the job "${step.job}" has an empty title; give it one`);
    const twice = repeatedStepId(step);
    if (twice !== undefined) fail(`the job "${step.job}" has two steps with the id "${twice}"; give each its own`);
  }
};

function repeatedStepId({ steps = [] }: Creation): string | undefined {
  const ids = steps.map(({ id }) => id);
  return ids.find((id, index) => ids.indexOf(id) !== index);
}

function serverCheck({ noServer }: Scenario): Check {
  return (step, fail) => {
    if (noServer === true && step.do.startsWith('server:'))
      fail(`there is no server ("noServer"), so no ${step.do}; leave one of the two out`);
  };
}

function inMs(time: number): string {
  return `${String(time)} ms`;
}
