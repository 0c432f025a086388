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

export interface Demo {
  /** `POST /v1/demo/jobs`: a question in, the id of the job that answers it out. */
  readonly extend: ExtendHttp;
  /** Reads the documents and listens for work. */
  start(server: { url: string; workerKey: string }): Promise<void>;
  /** Leaves its jobs as a crash does. */
  close(): void;
}

export interface DemoOptions {
  model: ModelOptions | null;
  onError: (error: unknown, context: string) => void;
  /** Whose Markdown is searched. Default: this project's. */
  documents?: string;
  /** Between two words that are quoted; ms. */
  wordMs?: number;
}

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

const requestSchema = v.object({
  prompt: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(LIMITS.titleLength)),
});

export function createDemo({ model, onError, documents = PROJECT, wordMs }: DemoOptions): Demo {
  let agent: DemoAgent | null = null;

  return {
    extend: (app, forCaller) => {
      app.post(
        '/v1/demo/jobs',
        forCaller(async (caller, context) => {
          const parsed = v.safeParse(requestSchema, await readJson(context.req.raw, systemClock));
          if (!parsed.success) {
            return errorAnswer({ code: 'invalid_payload', message: describeIssues(parsed.issues) });
          }
          if (agent === null) {
            return errorAnswer({
              code: 'unavailable',
              message: 'The demo agent is not ready yet; try again shortly.',
              retryAfterMs: 1_000,
            });
          }
          const ownerId = caller.kind === 'user' ? caller.ownerId : 'dev';
          return answerOf({ status: 201, body: { jobId: await agent.ask({ ownerId, prompt: parsed.output.prompt }) } });
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
    close: () => agent?.close(),
  };
}
