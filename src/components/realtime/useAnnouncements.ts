'use client';
import { useEffect } from 'react';
import { useRealtimeClient } from '../../hooks/RealtimeProvider.tsx';
import type { RealtimeClient } from '../../services/realtime/realtimeClient.ts';
import { announcementsOf } from '../../presentation/announcements.ts';
import { createAnnouncer } from './announcer.ts';
import type { Words } from '../../presentation/words.ts';
import { useWords } from '../../hooks/wordsContext.ts';

/** The one voice of a client. */
interface Voice {
  users: number;
  words: Words;
  stop: () => void;
}
const voices = new WeakMap<RealtimeClient, Voice>();

/** Speaks what changes, to people who listen, while mounted. Any number of parts of one client speak with one voice. */
export function useAnnouncements(): void {
  const client = useRealtimeClient();
  const words = useWords();
  useEffect(() => {
    const voice = voices.get(client) ?? startVoice(client, words);
    voices.set(client, voice);
    voice.users += 1;
    voice.words = words;
    return () => {
      voice.users -= 1;
      if (voice.users > 0) return;
      voices.delete(client);
      voice.stop();
    };
  }, [client, words]);
}

function startVoice(client: RealtimeClient, words: Words): Voice {
  const announcer = createAnnouncer(client.clock, document);
  let before = client.store.getState();
  const unsubscribe = client.store.subscribe(() => {
    const after = client.store.getState();
    if (after.userGeneration !== before.userGeneration) announcer.clear();
    for (const announcement of announcementsOf(before, after)) {
      const passing = announcement.kind === 'jobStarted' || announcement.kind === 'jobStep';
      announcer.announce(voice.words.announce(announcement), { passing });
    }
    before = after;
  });
  const voice: Voice = {
    users: 0,
    words,
    stop: () => {
      unsubscribe();
      announcer.stop();
    },
  };
  return voice;
}
