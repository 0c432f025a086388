import type { StepName } from './schedule.ts';

/** How often each fault has really hit something; a schedule that names a fault proves nothing yet. */
export type Tally = Map<StepName, number>;

export function hit(tally: Tally, name: StepName): void {
  tally.set(name, (tally.get(name) ?? 0) + 1);
}

/** Fault by fault: in how many schedules it hit something, and how often in all. */
export function tableOf(tallies: readonly Tally[]): string {
  const names = [...new Set(tallies.flatMap((tally) => [...tally.keys()]))].toSorted();
  const rows = names.map((name) => {
    const hits = tallies.map((tally) => tally.get(name) ?? 0);
    const schedules = hits.filter((count) => count > 0).length;
    return `${name.padEnd(16)} ${String(schedules).padStart(6)} ${String(hits.reduce((a, b) => a + b, 0)).padStart(8)}`;
  });
  return [`${'fault'.padEnd(16)} schedules     hits`, ...rows].join('\n');
}
