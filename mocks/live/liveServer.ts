/** A real server that stories are played on: looked for while somebody asks for it, and shared by all runs of a page. */
import type { ApiCaller, OpenStream, WorkerApi } from '@regen/realtime-core';
import type { Clock, ClockTimer, ControlKind, ControlMessage } from '@regen/realtime-shared';
import { httpWorkers } from './httpWorkers.ts';

/**
 * `absent`: nothing answers. `otherOrigins`: it lets no page of this one's origin in. `production`: it takes no users
 * and workers at their word. `otherKey`: its workers have another key. `unable`: it answers, and its log does not.
 */
export type LiveServerState = 'looking' | 'ready' | 'absent' | 'otherOrigins' | 'production' | 'otherKey' | 'unable';

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

export function createLiveServer(url: string, clock: Clock): LiveServer {
  const { workers } = httpWorkers(url, authorizationOf);
  const listeners = new Set<() => void>();
  const hearing = new Set<Send>();
  let state: LiveServerState = 'looking';
  /** Which search counts: one that was given up changes nothing. */
  let search = 0;
  let retry: ClockTimer | undefined;
  let control: OpenStream | undefined;

  function change(next: LiveServerState): void {
    if (next === state) return;
    state = next;
    for (const listener of [...listeners]) listener();
  }

  async function look(): Promise<void> {
    const own = (search += 1);
    const found = await find(own);
    if (own !== search) return;
    change(found);
    if (found !== 'ready') retry = clock.setTimeout(() => void look(), RETRY_MS);
  }

  async function find(own: number): Promise<LiveServerState> {
    if (!(await canReach(url))) return 'absent';
    const asUser = await statusFor(url, authorizationOf({ kind: 'user', ownerId: 'dev' }));
    if (asUser === null) return 'otherOrigins';
    if (asUser === 401) return 'production';
    if (asUser !== 200) return 'unable';
    const opened = await workers.controlStream({
      caller: { kind: 'worker' },
      send: (message) => {
        for (const send of [...hearing]) send(message);
      },
      end: () => {
        if (own === search) void look();
      },
    });
    if ('error' in opened) return opened.status === 503 ? 'unable' : 'otherKey';
    if (own === search) control = opened;
    else opened.close();
    return 'ready';
  }

  function giveUp(): void {
    search += 1;
    clock.clearTimeout(retry);
    control?.close();
    control = undefined;
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

/** Whether anything answers, also what this page may not read. */
function canReach(url: string): Promise<boolean> {
  return fetch(`${url}/healthz`, { mode: 'no-cors', cache: 'no-store' }).then(
    () => true,
    () => false,
  );
}

/** Null: there is no answer that this page may read. */
function statusFor(url: string, authorization: string): Promise<number | null> {
  return fetch(`${url}/v1/jobs?limit=1`, { cache: 'no-store', headers: { authorization } }).then(
    ({ status }) => status,
    () => null,
  );
}
