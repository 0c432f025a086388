/** Whether two objects have the same keys with identical values. */
export function shallowEqual<T extends object>(before: T, after: T): boolean {
  if (Object.is(before, after)) return true;
  const keys = Object.keys(before) as (keyof T)[];
  return keys.length === Object.keys(after).length && keys.every((key) => Object.is(before[key], after[key]));
}
