/** Plays a story's scenario on a live server: waits for the server, runs it once in real time, and leaves nothing behind. */
import {
  beginLiveRun,
  createLiveServer,
  leftOutLive,
  type LeftOut,
  type LiveRun,
  type LiveServer,
  type LiveServerState,
  type Scenario,
} from '@regen/realtime-mocks';
import { systemClock } from '@regen/realtime-shared';
import { createStoryPage, type StoryPage } from './storyPage.ts';

/** `asking`: part of the scenario cannot be played, and nothing has been until a person says so. */
export type LiveState =
  | { kind: 'asking' }
  | { kind: 'waiting'; server: LiveServerState }
  | { kind: 'begun'; run: LiveRun<StoryPage>; page: StoryPage | null; pageNumber: number; isOver: boolean };

export interface LivePlayer {
  readonly scenario: Scenario;
  /** Where it ends; ms since its start. */
  readonly until: number;
  readonly leftOut: readonly LeftOut[];
  getState(): LiveState;
  subscribe(listener: () => void): () => void;
  /** The story is on the screen. */
  begin(): void;
  /** Plays what can be played, where it asks. */
  playRest(): void;
  restart(): void;
  leave(): void;
  /** The browser leaves the story's page, and may come back to it as it stood. */
  leaveNow(): void;
}

/** One for each address: all stories on the screen share its control stream. */
const servers = new Map<string, LiveServer>();

function serverAt(address: string): LiveServer {
  const known = servers.get(address) ?? createLiveServer(address, systemClock);
  servers.set(address, known);
  return known;
}

export function createLivePlayer(scenario: Scenario, until: number, address: string): LivePlayer {
  const server = serverAt(address);
  const leftOut = leftOutLive(scenario, until);
  const listeners = new Set<() => void>();
  let run: LiveRun<StoryPage> | null = null;
  let pageNumber = 0;
  let releaseServer: (() => void) | undefined;
  let state: LiveState = beginning();

  function beginning(): LiveState {
    return leftOut.length > 0 ? { kind: 'asking' } : { kind: 'waiting', server: server.getState() };
  }

  function change(next: LiveState): void {
    state = next;
    for (const listener of [...listeners]) listener();
  }

  function release(): void {
    releaseServer?.();
    releaseServer = undefined;
  }

  function wait(): void {
    change({ kind: 'waiting', server: server.getState() });
    releaseServer ??= server.subscribe(proceed);
    proceed();
  }

  function proceed(): void {
    if (state.kind !== 'waiting') return;
    if (server.getState() === 'ready') play();
    else change({ kind: 'waiting', server: server.getState() });
  }

  function play(): void {
    const own = beginLiveRun({
      scenario,
      until,
      server,
      clock: systemClock,
      createPage: createStoryPage,
      onChange: () => {
        if (own === run) tell(own);
      },
    });
    run = own;
    tell(own);
  }

  function tell(own: LiveRun<StoryPage>): void {
    const page = own.page();
    if (state.kind !== 'begun' || state.page !== page) pageNumber += 1;
    change({ kind: 'begun', run: own, page, pageNumber, isOver: own.isOver() });
    if (own.isOver()) release();
  }

  function leaveRun(): void {
    const own = run;
    run = null;
    own?.leave();
  }

  return {
    scenario,
    until,
    leftOut,
    getState: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    begin: () => {
      if (state.kind === 'waiting') wait();
    },
    playRest: wait,
    restart: () => {
      leaveRun();
      wait();
    },
    leave: () => {
      leaveRun();
      release();
      state = beginning();
    },
    leaveNow: () => {
      if (run === null) return;
      run.leaveNow();
      tell(run);
    },
  };
}
