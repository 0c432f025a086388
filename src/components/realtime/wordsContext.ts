'use client';
import { createContext, useContext, type Context } from 'react';
import { english } from './english.ts';
import type { Words } from './words.ts';

/** The catalogue of a subtree; English where none is given. */
export const WordsContext: Context<Words> = createContext<Words>(english);

export function useWords(): Words {
  return useContext(WordsContext);
}
