import { expect, test } from 'vitest';
import { extractArgTypes, propTypeText, type ReadType } from '../../.storybook/docs/propTypes.ts';

const named = (name: string): ReadType => ({ name });
const literal = (value: string): ReadType => ({ name: 'literal', value });
const union = (raw: string, ...elements: ReadType[]): ReadType => ({ name: 'union', raw, elements });
const outcome = union("'completed' | 'failed'", literal("'completed'"), literal("'failed'"));
const callback = union('((id: string) => void) | undefined', named('unknown'), named('undefined'));

test.each<[says: string, type: ReadType]>([
  ['string', named('string')],
  ['() => void', { name: 'signature', raw: '() => void' }],
  ['readonly string[]', { name: 'Array', raw: 'readonly string[]', elements: [named('string')] }],
  ['number | null', union('number | null | undefined', named('number'), named('null'), named('undefined'))],
  ["'a' | 'b'", union("'a' | 'b'", literal("'a'"), literal("'b'"))],
  ["'completed' | 'failed' | null", union('Outcome | null | undefined', outcome, named('null'), named('undefined'))],
  ['(id: string) => void', callback],
  [
    '(() => void) | null',
    union('(() => void) | null | undefined', named('unknown'), named('null'), named('undefined')),
  ],
])('an optional prop says %s', (says, type) => {
  expect(propTypeText(type, false)).toBe(says);
});

test('a prop that has to be given says undefined where it may be that', () => {
  expect(propTypeText(callback, true)).toBe('((id: string) => void) | undefined');
});

test('the table of a component says types, descriptions and defaults', () => {
  const component = Object.assign(() => null, {
    __docgenInfo: {
      displayName: 'Sample',
      props: {
        onSelect: { required: false, tsType: callback, description: 'Called with the id.' },
        size: {
          required: true,
          tsType: named('number'),
          description: '',
          defaultValue: { value: '3', computed: false },
        },
      },
    },
  });
  expect(extractArgTypes(component)).toMatchObject({
    onSelect: { description: 'Called with the id.', table: { type: { summary: '(id: string) => void' } } },
    size: { type: { required: true }, table: { type: { summary: 'number' }, defaultValue: { summary: '3' } } },
  });
});

test('what is no component with props has no table', () => {
  expect(extractArgTypes(() => null)).toBeNull();
});
