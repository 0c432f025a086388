import { LIMITS, isJsonValue } from '@regen/realtime-shared';

/** Why the arguments of a command are refused for their size alone, with the limit named; null where they fit. */
export function sizeProblem(args: readonly unknown[], maxBytes: number): string | null {
  // Before it is measured: what is too deep cannot be written as JSON again.
  if (!args.every((arg) => isJsonValue(arg, LIMITS.jsonDepth))) {
    return `A message must be JSON, nested at most ${String(LIMITS.jsonDepth)} levels (limit jsonDepth).`;
  }
  if (utf8Length(JSON.stringify(args)) <= maxBytes) return null;
  return `A message may be ${String(maxBytes)} bytes long (limit messageBytes); send less at a time.`;
}

function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x80) bytes += 1;
    else if (code < 0x800) bytes += 2;
    else if (code < 0x10000) bytes += 3;
    else bytes += 4;
  }
  return bytes;
}
