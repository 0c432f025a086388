/** A real server that stories are played on: looked for while somebody asks for it, and shared by all runs of a page. */
import type { ApiCaller, WorkerApi } from '@regen/realtime-core';
import type { Clock, ClockTimer, ControlKind, ControlMessage } from '@regen/realtime-shared';
import { httpWorkers } from './httpWorkers.ts';
import { identifyServer, type ServerAnswer } from './identifyServer.ts';

/**
 * Of `ServerAnswer`, and: `silent`: no answer came in 10 s. `otherKey`: its workers have another key. Whatever it is but
 * `ready`, it is looked for again.
 */
export type LiveServerState = 'looking' | 'ready' | 'silent' | 'otherKey' | Exclude<ServerAnswer, 'takesUsers'>;

export interface LiveServer {
  readonly url: string;
  /** The worker's API, with the key of development; one control stream for all. */
  readonly workers: WorkerApi;
  /** The same, by calls that outlive the page. */
  readonly lastCalls: WorkerApi;
  getState(): LiveServerState;
  /** Looks for the server for as long as somebody listens. */
  subscribe(listener: () => void): () => void;
}

type Send = (message: { event: ControlKind; data: ControlMessage }) => void;

const WORKER_KEY = 'dev-worker-key';
const RETRY_MS = 2_000;
/** How long a search may take. */
const PATIENCE_MS = 10_000;

export function createLiveServer(url: string, clock: Clock): LiveServer {
  const { workers } = httpWorkers(url, authorizationOf);
  const listeners = new Set<() => void>();
  const hearing = new Set<Send>();
  let state: LiveServerState = 'looking';
  /** Which search counts, and has its control stream; one that was given up changes nothing. */
  let search: AbortController | undefined;
  let retry: ClockTimer | undefined;

  function change(next: LiveServerState): void {
    if (next === state) return;
    state = next;
    for (const listener of [...listeners]) listener();
  }

  async function look(): Promise<void> {
    const own = new AbortController();
    search = own;
    const patience = clock.setTimeout(() => {
      own.abort();
    }, PATIENCE_MS);
    const found = await find(own);
    clock.clearTimeout(patience);
    if (own !== search) return;
    change(own.signal.aborted ? 'silent' : found);
    if (state !== 'ready') lookAgain();
  }

  function lookAgain(): void {
    retry = clock.setTimeout(() => void look(), RETRY_MS);
  }

  async function find(own: AbortController): Promise<LiveServerState> {
    const answer = await identifyServer(url, authorizationOf({ kind: 'user', ownerId: 'dev' }), own.signal);
    if (answer !== 'takesUsers') return answer;
    const opened = await workers.controlStream({
      caller: { kind: 'worker' },
      signal: own.signal,
      send: (message) => {
        for (const send of [...hearing]) send(message);
      },
      end: lookAgain,
    });
    if (!('error' in opened)) return 'ready';
    if (opened.status === 401) return 'otherKey';
    return opened.status === 404 ? 'notThisServer' : 'unable';
  }

  function giveUp(): void {
    const own = search;
    search = undefined;
    own?.abort();
    clock.clearTimeout(retry);
    state = 'looking';
  }

  return {
    url,
    workers: {
      ...workers,
      controlStream: ({ send }) => {
        hearing.add(send);
        return Promise.resolve({
          status: 200,
          close: () => {
            hearing.delete(send);
          },
        });
      },
    },
    lastCalls: httpWorkers(url, authorizationOf, { outlivesPage: true }).workers,
    getState: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      if (listeners.size === 1) void look();
      return () => {
        if (listeners.delete(listener) && listeners.size === 0) giveUp();
      };
    },
  };
}

function authorizationOf(caller: ApiCaller): string {
  return `Bearer ${caller.kind === 'worker' ? WORKER_KEY : `dev:${caller.ownerId}`}`;
}
