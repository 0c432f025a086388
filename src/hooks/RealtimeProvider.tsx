'use client';
import { createContext, useContext, useEffect, type ReactElement, type ReactNode } from 'react';
import type { RealtimeClient } from '../services/realtime/realtimeClient.ts';
import { getSocketClient } from '../services/realtime/socketClient.ts';

const ClientContext = createContext<RealtimeClient | null>(null);

export interface RealtimeProviderProps {
  /** The client for everything inside. */
  client: RealtimeClient;
  children: ReactNode;
}

/** Gives the parts inside it a client of their own, and starts it. It is not stopped: whoever made it owns it. */
export function RealtimeProvider({ client, children }: RealtimeProviderProps): ReactElement {
  useEffect(() => {
    void client.start();
  }, [client]);
  return <ClientContext.Provider value={client}>{children}</ClientContext.Provider>;
}

/** The client of the nearest provider, else the page's one `getSocketClient()`. */
export function useRealtimeClient(): RealtimeClient {
  return useContext(ClientContext) ?? getSocketClient();
}
