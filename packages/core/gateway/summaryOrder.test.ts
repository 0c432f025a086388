import { expect, test } from 'vitest';
import { createSummaryOrder } from './summaryOrder.ts';

test('an older state is not told after a newer one, the same one may be told again', () => {
  const order = createSummaryOrder();
  const admits = (sequence: number): boolean => order.admits('a', { epoch: 'e1', sequence });
  expect([admits(3), admits(3), admits(2), admits(4)]).toEqual([true, true, false, true]);
  expect(order.admits('b', { epoch: 'e1', sequence: 1 })).toBe(true);
});

test('a new epoch may stand earlier in the log, and what still comes of a former one is old', () => {
  const order = createSummaryOrder();
  expect(order.admits('a', { epoch: 'e1', sequence: 9 })).toBe(true);
  expect(order.admits('a', { epoch: 'e2', sequence: 6 })).toBe(true);
  expect(order.admits('a', { epoch: 'e1', sequence: 12 })).toBe(false);
  expect(order.admits('a', { epoch: 'e2', sequence: 7 })).toBe(true);
});

test('of very many jobs those that were told of last are remembered', () => {
  const order = createSummaryOrder();
  for (let index = 0; index < 1_001; index += 1) order.admits(`job-${String(index)}`, { epoch: 'e', sequence: 5 });
  expect(order.admits('job-1000', { epoch: 'e', sequence: 4 })).toBe(false);
  expect(order.admits('job-0', { epoch: 'e', sequence: 4 })).toBe(true);
});
