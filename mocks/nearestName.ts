/** The one of `names` that takes the fewest insertions, deletions and replacements to become `wrong`; the first of equals. */
export function nearestName(wrong: string, names: readonly string[]): string | undefined {
  let nearest: { name: string; edits: number } | undefined;
  for (const name of names) {
    const edits = editsBetween(wrong, name);
    if (nearest === undefined || edits < nearest.edits) nearest = { name, edits };
  }
  return nearest?.name;
}

function editsBetween(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [index, unit] of [...from].entries()) {
    const next = [index + 1];
    for (let place = 1; place <= to.length; place += 1) {
      const replaced = (row[place - 1] ?? 0) + (unit === to[place - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[place] ?? 0) + 1, (next[place - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
