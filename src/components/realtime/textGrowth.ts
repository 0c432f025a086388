'use client';
import { createContext, type Context } from 'react';

/** Is told what a `StreamText` does on the page, in the same frame. */
export interface TextGrowth {
  /** This much was added at the end. */
  appended(text: string): void;
  /** Another text stands there now. */
  replaced(): void;
}

/** For what stands around a text, such as a `Well`: how its text grows, without a render. */
export const TextGrowthContext: Context<TextGrowth | null> = createContext<TextGrowth | null>(null);
