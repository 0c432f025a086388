import type { LeftOut } from '@regen/realtime-mocks';

export function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

/** `the sign-in ends after 90 s, network:drop at 6.0 s` */
export function listed(leftOut: readonly LeftOut[]): string {
  return leftOut.map(({ at, what }) => (at === null ? what : `${what} at ${seconds(at)}`)).join(', ');
}
