/**
 * The language of scenarios: what a worker, the network, the server, the device and the person do, as data on a time
 * line. The same file drives a story, a test and, for the worker's steps, a real server.
 */
import { EVENTS, JOB_ID_PATTERN } from '@regen/realtime-shared';
import * as v from 'valibot';
import { formReason } from './scenarioForm.ts';
import { checkSense } from './scenarioSense.ts';

const ms = v.pipe(v.number(), v.finite(), v.minValue(0));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(10_000));
const jobId = v.pipe(v.string(), v.regex(JOB_ID_PATTERN));
const text = v.string();
const user = v.pipe(v.string(), v.regex(/^[\w.@-]{1,128}$/));
const percent = v.pipe(v.number(), v.minValue(0), v.maxValue(100));
const eventNames = v.array(v.picklist(Object.values(EVENTS)));
const step = <const Name extends string, Entries extends v.ObjectEntries>(name: Name, entries: Entries) =>
  v.strictObject({ at: ms, do: v.literal(name), ...entries });

const packetFault = { events: v.exactOptional(eventNames), times: v.exactOptional(count) };

const stepSchema = v.variant('do', [
  // ---- The worker
  step('worker:create', {
    job: jobId,
    title: text,
    /** Whose job it is; left out: the one who is signed in at first, `dev`. */
    owner: v.exactOptional(user),
    kind: v.exactOptional(text),
    steps: v.exactOptional(v.array(v.strictObject({ id: text, label: v.exactOptional(text) }))),
  }),
  step('worker:start', { job: jobId }),
  step('worker:step', {
    job: jobId,
    step: text,
    label: v.exactOptional(text),
    status: v.picklist(['active', 'completed', 'failed', 'skipped']),
  }),
  step('worker:progress', {
    job: jobId,
    progress: v.nullable(percent),
    message: v.exactOptional(text),
    etaMs: v.exactOptional(ms),
  }),
  /** All of `text` at once, as one chunk, or as the chunks in `pieces`. */
  step('worker:write', {
    job: jobId,
    text: v.exactOptional(text),
    pieces: v.exactOptional(v.array(text)),
    channel: v.exactOptional(v.picklist(['output', 'reasoning'])),
  }),
  /**
   * `text` token by token; a token is about a word. With `progress`, it moves along. One that is longer than the
   * scenario is cut at its end, and `worker:complete` writes what is left at once.
   */
  step('worker:stream', {
    job: jobId,
    text,
    tokensPerSecond: v.pipe(v.number(), v.minValue(0.1), v.maxValue(20_000)),
    channel: v.exactOptional(v.picklist(['output', 'reasoning'])),
    progress: v.exactOptional(v.strictObject({ from: percent, to: percent })),
    /** Cuts between any two code units instead of between words. */
    anywhere: v.exactOptional(v.boolean()),
  }),
  step('worker:pause', { job: jobId, reason: v.exactOptional(text) }),
  step('worker:continue', { job: jobId }),
  step('worker:complete', { job: jobId, result: v.exactOptional(v.unknown()) }),
  step('worker:fail', { job: jobId, code: text, message: text, retryable: v.boolean() }),
  step('worker:cancel', { job: jobId, reason: v.exactOptional(text) }),
  /** No heartbeat and nothing else from this worker until `worker:speak`. Its stream waits. */
  step('worker:silence', { job: jobId }),
  step('worker:speak', { job: jobId }),
  /** The process is gone, with its writer token. */
  step('worker:crash', { job: jobId }),
  /** Another process goes on with the job, where the rules let it. */
  step('worker:takeover', { job: jobId }),
  /** How the worker answers a cancel from here on: after `afterMs`, or not at all. Default: after 600 ms. */
  step('worker:onCancel', { job: jobId, afterMs: v.nullable(ms) }),
  /** How it answers a resume: takes the job over after `afterMs`, or not at all. Default: after 800 ms. */
  step('worker:onResume', { job: jobId, afterMs: v.nullable(ms) }),
  // ---- The network
  step('network:drop', { clean: v.exactOptional(v.boolean()) }),
  /** Cuts connections and refuses new ones until `network:restore`. */
  step('network:cut', {}),
  step('network:refuse', {}),
  step('network:halfOpen', {}),
  step('network:stall', { direction: v.picklist(['up', 'down']) }),
  /** A thin line: so many bytes a second downwards. */
  step('network:slow', { bytesPerSecond: v.pipe(v.number(), v.minValue(100)) }),
  step('network:delay', { up: v.exactOptional(ms), down: v.exactOptional(ms) }),
  step('network:duplicate', packetFault),
  step('network:hole', packetFault),
  step('network:reorder', { ...packetFault, past: v.exactOptional(count) }),
  /** The next events arrive with another payload. */
  step('network:malformed', { ...packetFault, payload: v.unknown() }),
  /** Lifts every fault of the network. */
  step('network:restore', {}),
  // ---- The server
  step('server:restart', { keepLog: v.boolean(), downMs: ms }),
  step('server:drain', { windowMs: ms, downMs: ms }),
  step('server:degrade', {}),
  step('server:recover', {}),
  /** Its record of the job loses what came after `sequence`, while the worker lives. */
  step('server:loseTail', { job: jobId, events: count }),
  /** The worker fills its record up again. */
  step('server:refill', { job: jobId }),
  step('server:refuse', {
    code: v.picklist(['unauthorized', 'token_expired', 'too_many_connections', 'unavailable']),
    message: text,
  }),
  step('server:accept', {}),
  // ---- The device
  step('device:offline', {}),
  step('device:online', {}),
  step('device:hide', {}),
  step('device:show', {}),
  /** The page is left and opened again after `awayMs`. */
  step('device:reload', { awayMs: ms }),
  /** The page is gone without a word and opened again after `awayMs`. */
  step('device:crash', { awayMs: ms }),
  /** A new sign-in of the same user, valid for `validMs`; left out: for ever. */
  step('device:renewToken', { validMs: v.exactOptional(ms) }),
  /** This user signs in, as with `renewToken`, and the page is told of it. */
  step('device:signIn', { user, validMs: v.exactOptional(ms) }),
  /** Nobody is signed in any more, and the page is told of it. */
  step('device:signOut', {}),
  /** What an earlier page is made to have left in this browser; before the page opens. */
  step('device:leave', { record: v.picklist(['stale', 'foreign', 'damaged']), job: jobId }),
  // ---- The person
  step('person:cancel', { job: jobId }),
  step('person:cancelElsewhere', { job: jobId }),
  step('person:resume', { job: jobId }),
  step('person:retry', {}),
]);

const scenarioSchema = v.pipe(
  v.strictObject({
    id: v.pipe(v.string(), v.regex(/^[a-z0-9-]+$/)),
    title: v.pipe(v.string(), v.minLength(1)),
    /** One or two sentences: what happens, and what to look at. */
    summary: v.string(),
    durationMs: v.pipe(v.number(), v.minValue(1), v.maxValue(3_600_000)),
    /** One way between browser and server; default 20. */
    latencyMs: v.exactOptional(ms),
    /** The page opens at this time, after the steps of the same time; default 0, at most `durationMs`. */
    opensAtMs: v.exactOptional(ms),
    /** With `true`, nothing answers at the page's address from start to end. */
    noServer: v.exactOptional(v.boolean()),
    /** How long the first sign-in is valid; left out: for ever. */
    tokenValidMs: v.exactOptional(ms),
    /** Where the defaults of the protocol would make a story too long; ms. */
    timings: v.exactOptional(
      v.strictObject({
        leaseMs: v.exactOptional(ms),
        lostMs: v.exactOptional(ms),
        pingIntervalMs: v.exactOptional(ms),
        pingTimeoutMs: v.exactOptional(ms),
      }),
    ),
    /** UTF-16 code units of a text that the server keeps; the beginning of a longer one is left out. */
    maxTextLength: v.exactOptional(v.pipe(v.number(), v.safeInteger(), v.minValue(1))),
    /** Moments worth a picture, by name, in ms. */
    moments: v.exactOptional(v.record(v.string(), ms)),
    steps: v.array(stepSchema),
  }),
);

export type Scenario = v.InferInput<typeof scenarioSchema>;
export type ScenarioStep = v.InferOutput<typeof stepSchema>;
export type StepOf<Name extends ScenarioStep['do']> = Extract<ScenarioStep, { do: Name }>;

/** Who or what does a step. */
export type Actor = 'worker' | 'network' | 'server' | 'device' | 'person';
export type StepBy<Who extends Actor> = Extract<ScenarioStep, { do: `${Who}:${string}` }>;

export function isStepBy<const Who extends Actor>(who: Who, step: ScenarioStep): step is StepBy<Who> {
  return step.do.startsWith(`${who}:`);
}

/** A scenario that makes no sense: which step, and why. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError';
  readonly scenarioId: string;
  /** Index in `steps`; null where the scenario as a whole is wrong. */
  readonly step: number | null;

  constructor(scenarioId: string, step: number | null, reason: string) {
    super(`Scenario "${scenarioId}"${step === null ? '' : `, step ${String(step + 1)}`}: ${reason}`);
    this.scenarioId = scenarioId;
    this.step = step;
  }
}

/**
 * Checks a scenario's form and its sense: that its steps are in order and within its duration, that a worker speaks only
 * of a job that exists and only while it lives, and that a person acts only on a page that is open. Throws a
 * `ScenarioError` for the first step that does not. A stream that the scenario's end cuts is allowed. What depends on
 * the server's answer is refused while it plays: see `refusals` of the player.
 */
export function parseScenario(input: unknown): Scenario {
  const id = nameOf(input);
  const parsed = v.safeParse(scenarioSchema, input);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    const path = (issue.path ?? []).map(({ key }) => (typeof key === 'number' ? key : String(key)));
    const step = path[0] === 'steps' && typeof path[1] === 'number' ? path[1] : null;
    throw new ScenarioError(id, step, formReason(issue, step === null ? path : path.slice(2), STEP_NAMES));
  }
  checkSense(parsed.output, (step, reason) => {
    throw new ScenarioError(id, step, reason);
  });
  return parsed.output;
}

function nameOf(input: unknown): string {
  return typeof input === 'object' && input !== null && 'id' in input && typeof input.id === 'string' ? input.id : '?';
}

const STEP_NAMES: readonly string[] = stepSchema.options.map((option) => option.entries.do.literal);
