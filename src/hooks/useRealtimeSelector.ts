'use client';
import { useMemo, useSyncExternalStore } from 'react';
import { INITIAL_STATE, type RealtimeState } from '../services/realtime/realtimeStore.ts';
import { useRealtimeClient } from './RealtimeProvider.tsx';

/**
 * The one bridge from the client's store to React: a part of the state, re-read at most once a frame. The component
 * renders again only where `isEqual` says that the part changed. `selector` must be stable (defined outside, or
 * memoised). On a server it sees the initial state.
 */
export function useRealtimeSelector<Part>(
  selector: (state: RealtimeState) => Part,
  isEqual: (before: Part, after: Part) => boolean = Object.is,
): Part {
  const { store } = useRealtimeClient();
  const [getPart, getServerPart] = useMemo(() => {
    let last: { state: RealtimeState; part: Part } | null = null;
    const read = (state: RealtimeState): Part => {
      if (last === null) last = { state, part: selector(state) };
      else if (last.state !== state) {
        const part = selector(state);
        last = { state, part: isEqual(last.part, part) ? last.part : part };
      }
      return last.part;
    };
    let initial: { part: Part } | null = null;
    const readInitial = (): Part => (initial ??= { part: selector(INITIAL_STATE) }).part;
    return [() => read(store.getState()), readInitial];
  }, [store, selector, isEqual]);
  return useSyncExternalStore(store.subscribe, getPart, getServerPart);
}
