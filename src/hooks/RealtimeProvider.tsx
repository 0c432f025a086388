'use client';
import { createContext, useContext, useEffect, type ReactElement, type ReactNode } from 'react';
import { RealtimeError } from '../services/realtime/errors.ts';
import type { RealtimeClient } from '../services/realtime/realtimeClient.ts';
import { getSocketClient } from '../services/realtime/socketClient.ts';

const ClientContext = createContext<RealtimeClient | null>(null);

export interface RealtimeProviderProps {
  /** The client for everything inside. */
  client: RealtimeClient;
  children: ReactNode;
}

/**
 * Gives the parts inside it a client of their own, and starts it. It is not stopped: whoever made it owns it. With
 * anything else than a client it throws a `RealtimeError` with the code `invalid_usage`.
 */
export function RealtimeProvider({ client, children }: RealtimeProviderProps): ReactElement {
  // A caller without types; the page's client, which nobody started, would take its place without a word.
  if (!isClient(client)) {
    throw new RealtimeError(
      'invalid_usage',
      'RealtimeProvider got no client, so nothing inside it could ever be live. Give it one: ' +
        "<RealtimeProvider client={getSocketClient({ url: 'https://…' })}>.",
    );
  }
  useEffect(() => {
    void client.start();
  }, [client]);
  return <ClientContext.Provider value={client}>{children}</ClientContext.Provider>;
}

function isClient(given: unknown): given is RealtimeClient {
  const client = given as Partial<RealtimeClient> | null | undefined;
  return typeof client?.start === 'function' && typeof client.store?.subscribe === 'function';
}

/**
 * The client of the nearest provider, else the page's one `getSocketClient()`. That one connects when the application
 * calls its `start()`, never by rendering: until then `socketStatus` is `initial`, and nothing is known of any job.
 */
export function useRealtimeClient(): RealtimeClient {
  return useContext(ClientContext) ?? getSocketClient();
}
