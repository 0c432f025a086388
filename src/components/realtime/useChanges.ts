'use client';
import { useCallback, useRef, useState } from 'react';

/** State that is told of every measurement: React may render once more for a value that it has, this does not. */
export function useChanges<Value>(initial: Value): [Value, (next: Value) => void] {
  const [value, setValue] = useState(initial);
  const last = useRef(value);
  const change = useCallback((next: Value) => {
    if (Object.is(last.current, next)) return;
    last.current = next;
    setValue(next);
  }, []);
  return [value, change];
}
