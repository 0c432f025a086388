/** A record of some length in which any other than the whole can be told. */
export function recordOf(number: number): string {
  return `${String(number)} ${String(number % 10).repeat(50_000 + (number % 7) * 10_000)} ${String(number)}`;
}
