/** The demo's worker: answers a question from the project's documents, or has a model answer it from them. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { PublishError, type JobPublisher, type PublishedJob } from '../worker/index.ts';
import { ModelError, type ChatMessage, type StreamAnswer } from './model.ts';
import type { DocumentSearch, Passage } from './search.ts';
import { within } from './within.ts';

export interface DemoAgent {
  /** Creates a job for a question; its title is the question. Resolves to the job's id once the server has it. */
  ask(request: { ownerId: string; prompt: string }): Promise<string>;
  /** Ends all jobs so that they can be tried again, and resolves when that is in the log, or after 2 s. */
  close(): Promise<void>;
}

export interface DemoAgentOptions {
  publisher: JobPublisher;
  search: DocumentSearch;
  /** Writes the answer in the place of quotations alone. */
  model: StreamAnswer | null;
  /** Between two words that are quoted, so that a person can watch; ms. Default 25. */
  wordMs?: number;
  onError: (error: unknown, context: string) => void;
}

const DEMO_KIND = 'demo';
const STEPS = [
  { id: 'thinking', label: 'Thinking' },
  { id: 'searching', label: 'Searching' },
  { id: 'writing', label: 'Writing' },
];
const PASSAGES = 4;
const CLOSE_PATIENCE_MS = 2_000;
const STOPPED = {
  code: 'server_stopped',
  message: 'The server was stopped while it answered. Try again to go on.',
  retryable: true,
};

export function createDemoAgent(options: DemoAgentOptions): DemoAgent {
  const { publisher, search, model, wordMs = 25, onError } = options;
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();

  function begin(job: PublishedJob, prompt: string, written: string): void {
    const working = work(job, prompt, written).finally(() => running.delete(working));
    running.add(working);
  }

  async function work(job: PublishedJob, prompt: string, written: string): Promise<void> {
    try {
      if (job.snapshot === null) job.started();
      else job.resumed();
      await answer(job, prompt, written);
      job.progress(100);
      await job.complete();
    } catch (error) {
      await end(job, error);
    }
  }

  async function answer(job: PublishedJob, prompt: string, written: string): Promise<void> {
    const signal = AbortSignal.any([job.signal, stopping.signal]);
    job.step('thinking');
    job.progress(5);
    await pause(signal, 16);
    job.step('thinking', 'completed');
    job.step('searching');
    const passages = search.find(prompt, PASSAGES);
    await job.write(`Looking through ${String(search.size)} sections: ${String(passages.length)} fit.\n`, {
      channel: 'reasoning',
    });
    job.progress(20);
    await pause(signal, 24);
    job.step('searching', 'completed');
    job.step('writing');
    if (model === null) await quote(job, signal, prompt, passages, written);
    else await job.pipe(model(messagesFor(prompt, passages, written), signal));
    job.step('writing', 'completed');
  }

  /** The same question has the same answer, so that what an earlier worker wrote need not be written again. */
  async function quote(
    job: PublishedJob,
    signal: AbortSignal,
    prompt: string,
    passages: readonly Passage[],
    written: string,
  ): Promise<void> {
    const text = quotedAnswer(prompt, passages);
    let done = text.startsWith(written) ? written.length : 0;
    for (const word of text.slice(done).match(/\s*\S+\s*/g) ?? []) {
      await job.write(word);
      done += word.length;
      job.progress(Math.floor(20 + (80 * done) / text.length));
      await pause(signal, 1);
    }
  }

  function pause(signal: AbortSignal, words: number): Promise<void> {
    return sleep(words * wordMs, undefined, { signal }).catch((error: unknown) => {
      throw signal.aborted ? signal.reason : error;
    });
  }

  async function end(job: PublishedJob, error: unknown): Promise<void> {
    try {
      if (stopping.signal.aborted && !job.signal.aborted) await job.fail(STOPPED);
      else if (error instanceof PublishError && error.code === 'cancel_requested') await job.cancelled();
      else if (error instanceof ModelError) {
        await job.fail({ code: error.code, message: error.message, retryable: error.retryable });
      } else if (error instanceof PublishError) {
        // Closed before the end was in the log, it leaves the job to whoever takes it over.
        if (!isClosed(error)) onError(error, `demo job ${job.jobId}`);
      } else {
        onError(error, `demo job ${job.jobId}`);
        await job.fail({ code: 'demo_failed', message: 'The demo agent made a mistake.', retryable: true });
      }
    } catch (ending) {
      if (!isClosed(ending)) onError(ending, `ending demo job ${job.jobId}`);
    }
  }

  async function goOn(jobId: string): Promise<void> {
    try {
      const job = await publisher.takeOver({ jobId });
      if (job.snapshot === null) return;
      begin(job, job.snapshot.title, job.snapshot.channels['output']?.text ?? '');
    } catch (error) {
      // Another agent was faster, or the job has ended meanwhile, or the agent.
      if (error instanceof PublishError && (error.code === 'fenced' || error.code === 'finished')) return;
      if (!isClosed(error)) onError(error, `going on with demo job ${jobId}`);
    }
  }

  const stopListening = publisher.onResume(DEMO_KIND, (jobId) => void goOn(jobId));

  return {
    ask: async ({ ownerId, prompt }) => {
      const job = await publisher.create({
        jobId: randomUUID(),
        ownerId,
        title: prompt,
        kind: DEMO_KIND,
        steps: STEPS,
      });
      begin(job, prompt, '');
      return job.jobId;
    },
    close: async () => {
      stopListening();
      stopping.abort();
      await within(CLOSE_PATIENCE_MS, Promise.all(running));
      publisher.close();
    },
  };
}

function isClosed(error: unknown): boolean {
  return error instanceof PublishError && error.code === 'closed';
}

export function quotedAnswer(prompt: string, passages: readonly Passage[]): string {
  if (passages.length === 0) {
    return `None of this project's documents says anything about “${prompt}”. Ask about jobs, resuming, the server or the components.\n`;
  }
  const quotations = passages.map(({ file, title, quotation }) => `${title} (${file})\n“${quotation}”\n`);
  return `What this project's documents say about “${prompt}”:\n\n${quotations.join('\n')}`;
}

function messagesFor(prompt: string, passages: readonly Passage[], written: string): ChatMessage[] {
  const sources = passages.map(({ file, title, quotation }) => `${file}, ${title}: ${quotation}`).join('\n\n');
  const messages: ChatMessage[] = [
    {
      role: 'system',
      content: `Answer from these passages of the project's documents, and say so where they do not answer.\n\n${sources}`,
    },
    { role: 'user', content: prompt },
  ];
  if (written === '') return messages;
  return [
    ...messages,
    { role: 'assistant', content: written },
    { role: 'user', content: 'Your answer was cut off. Go on exactly where it stopped, without repeating anything.' },
  ];
}
