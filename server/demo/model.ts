/** A language model behind any endpoint that speaks OpenAI's chat completions. */
import { createParser } from 'eventsource-parser';
import * as v from 'valibot';

export interface ChatMessage {
  role: 'system' | 'user' | 'assistant';
  content: string;
}

/** A model's answer, piece by piece. Throws a `ModelError`, or the signal's reason. */
export type StreamAnswer = (messages: readonly ChatMessage[], signal: AbortSignal) => AsyncIterable<string>;

export class ModelError extends Error {
  override readonly name = 'ModelError';
  constructor(
    readonly code: 'model_refused' | 'model_unavailable' | 'model_broke_off',
    message: string,
    /** Another try may be answered. */
    readonly retryable: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

export interface ModelOptions {
  /** Such as `https://api.example.com/v1`. */
  baseUrl: string;
  apiKey: string;
  model: string;
  fetch?: typeof globalThis.fetch;
}

const partSchema = v.object({
  choices: v.optional(
    v.array(
      v.object({
        delta: v.optional(v.object({ content: v.nullish(v.string()) })),
        finish_reason: v.nullish(v.string()),
      }),
    ),
    [],
  ),
  error: v.optional(v.object({ message: v.optional(v.string(), 'no reason given') })),
});

export function createModel({ baseUrl, apiKey, model, fetch = globalThis.fetch }: ModelOptions): StreamAnswer {
  const url = `${baseUrl.replace(/\/+$/, '')}/chat/completions`;

  async function ask(messages: readonly ChatMessage[], signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
    let response: Response;
    try {
      response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` },
        body: JSON.stringify({ model, messages, stream: true }),
        signal,
      });
    } catch (cause) {
      signal.throwIfAborted();
      throw new ModelError('model_unavailable', 'The model cannot be reached.', true, { cause });
    }
    // Node's own stream; the types of `fetch` are those of browsers.
    if (response.ok && response.body !== null) return response.body as unknown as AsyncIterable<Uint8Array>;
    const reason = reasonOf(await response.text().catch(() => ''));
    const isPassing = response.status === 408 || response.status === 429 || response.status >= 500;
    throw new ModelError(
      isPassing ? 'model_unavailable' : 'model_refused',
      `The model answered ${String(response.status)}${reason === '' ? '' : `: ${reason}`}.`,
      isPassing,
    );
  }

  return async function* streamAnswer(messages, signal) {
    const body = await ask(messages, signal);
    let isWhole = false;
    try {
      for await (const data of dataOf(body)) {
        if (data === '[DONE]') {
          isWhole = true;
          break;
        }
        const part = readPart(data);
        if (part.error !== undefined)
          throw new ModelError('model_broke_off', `The model stopped: ${part.error.message}.`, true);
        const choice = part.choices[0];
        if (typeof choice?.delta?.content === 'string') yield choice.delta.content;
        if (typeof choice?.finish_reason === 'string') isWhole = true;
      }
    } catch (cause) {
      signal.throwIfAborted();
      if (cause instanceof ModelError) throw cause;
      throw new ModelError(
        'model_broke_off',
        'The connection to the model was lost in the middle of its answer.',
        true,
        { cause },
      );
    }
    signal.throwIfAborted();
    if (!isWhole) throw new ModelError('model_broke_off', 'The model ended in the middle of its answer.', true);
  };
}

/** The data of server-sent events. */
async function* dataOf(body: AsyncIterable<Uint8Array>): AsyncIterable<string> {
  const arrived: string[] = [];
  const parser = createParser({ onEvent: ({ data }) => arrived.push(data) });
  const decoder = new TextDecoder();
  for await (const bytes of body) {
    parser.feed(decoder.decode(bytes, { stream: true }));
    yield* arrived.splice(0);
  }
}

function readPart(data: string): v.InferOutput<typeof partSchema> {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    value = undefined;
  }
  const parsed = v.safeParse(partSchema, value);
  if (!parsed.success) throw new ModelError('model_broke_off', 'The model sent what is no part of an answer.', true);
  return parsed.output;
}

const errorSchema = v.object({ error: v.object({ message: v.string() }) });

/** What an error answer says, as far as it says it in the usual way. */
function reasonOf(text: string): string {
  try {
    const parsed = v.safeParse(errorSchema, JSON.parse(text));
    return parsed.success ? parsed.output.error.message.replace(/\.$/, '').slice(0, 500) : '';
  } catch {
    return '';
  }
}
