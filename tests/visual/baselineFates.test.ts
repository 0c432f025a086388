import { expect, test } from 'vitest';
import { fatesOf } from '../../scripts/baselineFates.mjs';

const picture = (name: string): string => `tests/visual/baselines/light/components-rail/${name}.png`;
const stored = ['whole', 'whole_narrow', 'half', 'half_rtl'].map(picture);

test('a baseline that was asked for is in use', () => {
  const stories = { 'components-rail--whole': true, 'components-rail--half': true };
  expect(fatesOf(stored, new Set(stored), { stories, isWhole: true })).toEqual({ unused: [], unknown: [] });
});

test('a baseline is in use by no story where its story passed without asking for it', () => {
  const stories = { 'components-rail--whole': true, 'components-rail--half': false };
  const asked = new Set(['whole', 'half', 'half_rtl'].map(picture));
  expect(fatesOf(stored, asked, { stories, isWhole: true })).toEqual({
    unused: [picture('whole_narrow')],
    unknown: [],
  });
});

test('nothing is known of a baseline whose story failed before it asked', () => {
  const stories = { 'components-rail--whole': true, 'components-rail--half': false };
  const asked = new Set(['whole', 'whole_narrow'].map(picture));
  expect(fatesOf(stored, asked, { stories, isWhole: true })).toEqual({
    unused: [],
    unknown: [picture('half'), picture('half_rtl')],
  });
});

test('a baseline whose story does not exist is in use by none, also where another story failed', () => {
  const stories = { 'components-rail--whole': false };
  expect(fatesOf(stored, new Set(), { stories, isWhole: true })).toEqual({
    unused: [picture('half'), picture('half_rtl')],
    unknown: [picture('whole'), picture('whole_narrow')],
  });
});

test('where not every file of stories was read, nothing is known of a baseline without a story', () => {
  const stories = { 'components-rail--whole': true };
  const asked = new Set(['whole', 'whole_narrow'].map(picture));
  expect(fatesOf(stored, asked, { stories, isWhole: false })).toEqual({
    unused: [],
    unknown: [picture('half'), picture('half_rtl')],
  });
});
