import type { WorkerApi } from '@regen/realtime-core';
import type { Socket } from 'socket.io-client';

/** One server that speaks the protocol, with what a test needs of its surroundings. */
export interface WireHarness {
  /** A raw client of the production library that has been told to connect; `null`: without a token. */
  connect(options: { token: string | null }): Socket;
  /** The token of a user; it ends at `expiresAt`, ms since the Unix epoch of the server, or never. */
  tokenOf(user: string, expiresAt?: number): string;
  /** A token that no user has. */
  readonly badToken: string;
  /** The HTTP API, or what carries it out. */
  readonly workers: WorkerApi;
  /** ms since the Unix epoch, as the server sees it. */
  now(): number;
  /** Lets time pass for the server and its clients. */
  advance(ms: number): Promise<void>;
  /** Lets what is on its way arrive, as far as that takes no time. */
  settle(): Promise<void>;
  readonly timings: { leaseMs: number; lostMs: number; expiryNoticeMs: number };
  readonly limits: {
    commandsPerSecond: number;
    subscriptionsPerConnection: number;
    connectionsPerUser: number;
    messageBytes: number;
    /** Code units of a channel that a snapshot keeps at least. */
    maxTextLength: number;
  };
  /** What this server can be made to do; what is left out is not tested. */
  readonly can: Partial<WireCapabilities>;
  close(): Promise<void>;
}

export interface WireCapabilities {
  loseTail(jobId: string, sequence: number): Promise<void>;
  restartWithoutLog(): Promise<void>;
  degrade(degraded: boolean): Promise<void>;
  /** While true, what the log pushes of its jobs is lost on the way to the server, and nobody says so. */
  losePushes(lost: boolean): Promise<void>;
  /**
   * Holds the server's reads of the log from here on: their `calls` before they reach it, or their `answers` on the way
   * back.
   */
  holdReads(what: 'calls' | 'answers'): Promise<HeldReads>;
  /** A token of a user as `tokenOf` gives it, whose check takes until a token has been checked that came after it. */
  slowTokenOf(user: string, expiresAt: number): Promise<string>;
  drain(windowMs: number): Promise<void>;
  /** A plain HTTP request; answers with the status. */
  request(path: string, options: { method?: string; headers?: Record<string, string>; body?: string }): Promise<number>;
}

/** Reads on their way. While a command waits for one, `settle` and `advance` may wait for it too. */
export interface HeldReads {
  /** Resolves when the first one is held. */
  readonly made: Promise<void>;
  /** Lets those through that are held, and all later ones. */
  release(): void;
}
