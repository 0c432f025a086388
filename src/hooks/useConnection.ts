'use client';
import type { ConnectionState, RealtimeState } from '../services/realtime/realtimeStore.ts';
import { shallowEqual } from './shallowEqual.ts';
import { useRealtimeSelector } from './useRealtimeSelector.ts';

const selectConnection = (state: RealtimeState): ConnectionState => state.connection;

/** The connection's public state; renders again when any of it changes, at most once a frame. */
export function useConnection(): ConnectionState {
  return useRealtimeSelector(selectConnection, shallowEqual);
}
