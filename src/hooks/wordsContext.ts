'use client';
import { createContext, useContext, type Context } from 'react';
import { english } from '../presentation/english.ts';
import type { Words } from '../presentation/words.ts';

/** The catalogue of a subtree; English where none is given. */
export const WordsContext: Context<Words> = createContext<Words>(english);

export function useWords(): Words {
  return useContext(WordsContext);
}
