/** A page without a screen, around a client. */
import type { Page } from './page.ts';

/** What a page does with its client; the library's client is one. */
export interface PageClient {
  start(): Promise<unknown>;
  stop(): void;
  cancelJob(jobId: string): Promise<unknown>;
  resumeJob(jobId: string): Promise<unknown>;
  retryNow(): void;
  readonly scheduler: { hold(): void; release(): void };
}

export interface ClientPage<Client extends PageClient> extends Page {
  readonly client: Client;
}

/**
 * The page of `client`: starts and stops it, and passes on what the person of a scenario does. While a scenario is
 * sought, deliveries are held back and come once at the end.
 */
export function clientPage<Client extends PageClient>(client: Client): ClientPage<Client> {
  return {
    client,
    open: () => client.start(),
    close: () => {
      client.stop();
    },
    cancel: (jobId) => client.cancelJob(jobId),
    resume: (jobId) => client.resumeJob(jobId),
    retryNow: () => {
      client.retryNow();
    },
    hold: () => {
      client.scheduler.hold();
    },
    release: () => {
      client.scheduler.release();
    },
  };
}
