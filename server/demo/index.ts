/** The demo: a call that asks a question, and the worker that answers it, which reaches the server as any worker does. */
import { fileURLToPath } from 'node:url';
import { LIMITS, describeIssues, systemClock } from '@regen/realtime-shared';
import * as v from 'valibot';
import { answerOf, errorAnswer } from '../http/answers.ts';
import type { ExtendHttp } from '../http/app.ts';
import { readJson } from '../http/bodies.ts';
import { createJobPublisher } from '../worker/index.ts';
import { createDemoAgent, type DemoAgent } from './demoAgent.ts';
import { readDocuments } from './documents.ts';
import { createModel, type ModelOptions } from './model.ts';
import { createDocumentSearch } from './search.ts';
import { within } from './within.ts';

export interface Demo {
  /** `POST /v1/demo/jobs`: a question in, the id of the job that answers it out. */
  readonly extend: ExtendHttp;
  /** Reads the documents and listens for work. */
  start(server: { url: string; workerKey: string }): Promise<void>;
  /**
   * Ends its jobs so that they can be tried again, for which the server has to be there still; takes no more questions.
   * Resolves when that is in the log, or after 2 s.
   */
  close(): Promise<void>;
}

export interface DemoOptions {
  model: ModelOptions | null;
  onError: (error: unknown, context: string) => void;
  /** Whose Markdown is searched. Default: this project's. */
  documents?: string;
  /** Between two words that are quoted; ms. */
  wordMs?: number;
  /** How long a question may wait for the server to have its job; ms. Default 5,000. */
  patienceMs?: number;
}

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

const LONGEST = LIMITS.titleLength;

const requestSchema = v.object({
  prompt: v.pipe(v.string(), v.trim(), v.minLength(1)),
});

/** A page shows it to whoever asked. */
function tooLong({ length }: string): string {
  return `A question has at most ${String(LONGEST)} characters, and this one ${String(length)} (most emoji count as two or more).`;
}

/** Repeats that are known; the oldest are forgotten. */
const REPEATS_KEPT = 1_000;

/** Who had no answer asks again, and gets what the first try made. */
function createAsked(): { once(key: string | undefined, ask: () => Promise<string>): Promise<string> } {
  const answers = new Map<string, Promise<string>>();
  return {
    once: (key, ask) => {
      if (key === undefined) return ask();
      const known = answers.get(key);
      if (known !== undefined) return known;
      const answer = ask();
      answers.set(key, answer);
      answer.catch(() => answers.delete(key));
      for (const oldest of answers.keys()) {
        if (answers.size <= REPEATS_KEPT) break;
        answers.delete(oldest);
      }
      return answer;
    },
  };
}

export function createDemo({ model, onError, documents = PROJECT, wordMs, patienceMs = 5_000 }: DemoOptions): Demo {
  let agent: DemoAgent | null = null;
  const asked = createAsked();

  return {
    extend: (app, forCaller) => {
      app.post(
        '/v1/demo/jobs',
        forCaller(async (caller, context) => {
          const parsed = v.safeParse(requestSchema, await readJson(context.req.raw, systemClock));
          if (!parsed.success) {
            return errorAnswer({ code: 'invalid_payload', message: describeIssues(parsed.issues) });
          }
          const { prompt } = parsed.output;
          if (prompt.length > LONGEST) return errorAnswer({ code: 'invalid_payload', message: tooLong(prompt) });
          if (agent === null) {
            return errorAnswer({
              code: 'unavailable',
              message: 'The demo agent is not ready yet; try again shortly.',
              retryAfterMs: 1_000,
            });
          }
          const answerer = agent;
          const ownerId = caller.kind === 'user' ? caller.ownerId : 'dev';
          const key = context.req.header('idempotency-key');
          const asking = asked.once(key && JSON.stringify([ownerId, key, prompt]), () =>
            answerer.ask({ ownerId, prompt }),
          );
          const jobId = await within(patienceMs, asking);
          if (jobId === undefined) {
            return errorAnswer({
              code: 'unavailable',
              message: 'The job could not be created yet; try again shortly, with the same Idempotency-Key.',
              retryAfterMs: 1_000,
            });
          }
          return answerOf({ status: 201, body: { jobId } });
        }),
      );
    },
    start: async ({ url, workerKey }) => {
      const search = createDocumentSearch(await readDocuments(documents));
      agent = createDemoAgent({
        publisher: createJobPublisher({
          url,
          workerKey,
          onError: (error) => {
            onError(error, 'the demo agent');
          },
        }),
        search,
        model: model === null ? null : createModel(model),
        ...(wordMs === undefined ? {} : { wordMs }),
        onError,
      });
    },
    close: async () => {
      const closing = agent;
      agent = null;
      await closing?.close();
    },
  };
}
