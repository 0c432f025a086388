import fc from 'fast-check';
import { StrictMode } from 'react';
import { expect, test } from 'vitest';
import '../../src/styles/tokens.css';
import '../../src/styles/reset.css';
import '../../src/styles/card.css';
import { StreamText } from '../../src/components/realtime/StreamText.tsx';
import { mount, type Mounted } from './mount.ts';
import { writtenText, type WrittenText } from './writtenText.ts';

function shown({ container }: Mounted): HTMLElement {
  const element = container.querySelector<HTMLElement>('.rg-stream');
  if (element === null) throw new Error('There is no StreamText.');
  return element;
}

function textNodes(element: Node): Text[] {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const nodes: Text[] = [];
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) nodes.push(node as Text);
  return nodes;
}

/** Selects the code units from `start` up to `end` of what is shown. */
function select(element: HTMLElement, start: number, end: number): Selection {
  const place = (at: number): [Text, number] => {
    let left = at;
    for (const node of textNodes(element)) {
      if (left <= node.length) return [node, left];
      left -= node.length;
    }
    throw new Error(`There is no code unit ${String(at)}.`);
  };
  const selection = getSelection();
  if (selection === null) throw new Error('The page has no selection.');
  selection.setBaseAndExtent(...place(start), ...place(end));
  return selection;
}

function copied(element: HTMLElement): string {
  const data = new DataTransfer();
  element.firstElementChild?.dispatchEvent(
    new ClipboardEvent('copy', { clipboardData: data, bubbles: true, cancelable: true }),
  );
  return data.getData('text/plain');
}

function lines(count: number, length = 60): string {
  return Array.from({ length: count }, (_, index) => `${String(index)} `.padEnd(length - 1, 'abc ') + '\n').join('');
}

const pieces = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.string({ unit: 'grapheme', maxLength: 40 }) },
    { weight: 1, arbitrary: fc.constantFrom('\n', '\r\n', '\t', ' ', ' ', '\u200f', 'السلام عليكم\n', '👩‍👩‍👧‍👦') },
    { weight: 1, arbitrary: fc.constantFrom('x'.repeat(900), 'word '.repeat(400), '🇫🇮'.repeat(700), '<b>&amp;</b>') },
  ),
  { maxLength: 40 },
);

test('the text of the element is the text, to the letter, in whatever pieces it came', () => {
  fc.assert(
    fc.property(pieces, fc.array(fc.nat(12_000), { maxLength: 30 }), (parts, cuts) => {
      const text = parts.join('');
      const source = writtenText();
      const mounted = mount(<StreamText source={source} />);
      const places = [0, ...cuts.filter((cut) => cut < text.length), text.length].toSorted((a, b) => a - b);
      let written = '';
      for (const [index, place] of places.slice(1).entries()) {
        const piece = text.slice(places[index], place);
        source.write(piece);
        written += piece;
        const whole = /[\uD800-\uDBFF]$/.test(written) ? written.slice(0, -1) : written;
        expect(shown(mounted).textContent).toBe(whole);
      }
      source.end();
      expect(shown(mounted).textContent).toBe(text);
      mounted.unmount();
    }),
    { numRuns: 60 },
  );
});

test('a text that comes token by token has the blocks of one that comes at once', () => {
  const text = lines(200) + 'word '.repeat(3_000) + 'x'.repeat(9_000);
  const [slow, fast] = [writtenText(), writtenText()];
  const [one, other] = [mount(<StreamText source={slow} />), mount(<StreamText source={fast} />)];
  for (let at = 0; at < text.length; at += 37) slow.write(text.slice(at, at + 37));
  fast.write(text);
  expect(shown(one).innerHTML).toBe(shown(other).innerHTML);
});

test('half a character is never drawn while the other half may come, and is drawn where the text ends', () => {
  const source = writtenText('A ');
  const mounted = mount(<StreamText source={source} />);
  source.write('\uD83D');
  expect(shown(mounted).textContent).toBe('A ');
  source.write('\uDE80 B\uD83D');
  expect(shown(mounted).textContent).toBe('A 🚀 B');
  source.end();
  expect(shown(mounted).textContent).toBe('A 🚀 B\uD83D');
  // A job that goes on after all.
  source.write('\uDE80');
  expect(shown(mounted).textContent).toBe('A 🚀 B🚀');
});

test('another text takes the place of the first', () => {
  const source = writtenText(lines(300));
  const mounted = mount(<StreamText source={source} />);
  source.replace('Another one.');
  expect(shown(mounted).textContent).toBe('Another one.');
  source.replace('');
  expect(shown(mounted).textContent).toBe('');
  source.write('again');
  expect(shown(mounted).textContent).toBe('again');
});

test('text that is dropped leaves from the front, and what stays is not drawn anew', () => {
  const text = lines(2_000);
  const source = writtenText(text);
  const mounted = mount(<StreamText source={source} />);
  const last = textNodes(shown(mounted)).at(-1);
  const selection = select(shown(mounted), 100_000, 100_020);
  const chosen = selection.toString();
  source.drop(70_123);
  expect(shown(mounted).textContent).toBe(text.slice(70_123));
  expect(textNodes(shown(mounted)).at(-1)).toBe(last);
  expect(selection.toString()).toBe(chosen);
  source.write('more');
  expect(shown(mounted).textContent).toBe(`${text.slice(70_123)}more`);
  source.drop(text.length - 70_123);
  expect(shown(mounted).textContent).toBe('more');
  source.drop(4);
  expect(shown(mounted).textContent).toBe('');
  source.write('and more');
  expect(shown(mounted).textContent).toBe('and more');
});

test('text is dropped and written in any order', () => {
  const step = fc.oneof(
    fc.record({ write: fc.constantFrom('a\n', 'word ', 'x'.repeat(1_500), lines(30), '🚀') }),
    fc.record({ drop: fc.nat(3_000) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const source = writtenText();
      const mounted = mount(<StreamText source={source} />);
      let text = '';
      for (const next of steps) {
        if ('write' in next) {
          source.write(next.write);
          text += next.write;
        } else {
          const count = Math.min(next.drop, text.length);
          source.drop(count);
          text = text.slice(count);
        }
        expect(shown(mounted).textContent).toBe(text);
      }
      mounted.unmount();
    }),
    { numRuns: 60 },
  );
});

test('mounted again it shows everything again, and listens once', () => {
  const source = writtenText(lines(100));
  const first = mount(<StreamText source={source} />);
  first.unmount();
  expect(source.listeners).toBe(0);
  source.write('while nobody looked');
  const second = mount(<StreamText source={source} />);
  expect(shown(second).textContent).toBe(`${lines(100)}while nobody looked`);
  expect(source.listeners).toBe(1);
});

test('mounted twice, as StrictMode does, it shows the text once', () => {
  const source = writtenText('One');
  const mounted = mount(
    <StrictMode>
      <StreamText source={source} />
    </StrictMode>,
  );
  source.write(' text');
  expect(shown(mounted).textContent).toBe('One text');
  expect(source.listeners).toBe(1);
  mounted.unmount();
  expect(source.listeners).toBe(0);
});

test('another source takes the place of the first, which is left alone', () => {
  const [first, second] = [writtenText('first'), writtenText('second')];
  const mounted = mount(<StreamText source={first} />);
  mounted.render(<StreamText source={second} />);
  expect(shown(mounted).textContent).toBe('second');
  expect([first.listeners, second.listeners]).toEqual([0, 1]);
  first.write('!');
  second.write('!');
  expect(shown(mounted).textContent).toBe('second!');
});

test('what is copied is the selected text exactly, over any number of blocks', () => {
  const text = `${lines(80)}  two  spaces\t\n\n\nالسلام عليكم\n${'word '.repeat(1_200)}${lines(40)}`;
  const mounted = mount(<StreamText source={writtenText(text)} />);
  expect(textNodes(shown(mounted)).length).toBeGreaterThan(6);
  fc.assert(
    fc.property(fc.nat(text.length - 2), fc.nat(text.length - 1), (start, length) => {
      const end = Math.min(text.length, start + 1 + length);
      select(shown(mounted), start, end);
      expect(copied(shown(mounted))).toBe(text.slice(start, end));
    }),
  );
});

test('an application can copy in its own way', () => {
  const mounted = mount(
    <StreamText
      source={writtenText('text')}
      onCopy={(event) => {
        event.clipboardData.setData('text/plain', 'its own');
        event.preventDefault();
      }}
    />,
  );
  select(shown(mounted), 0, 4);
  expect(copied(shown(mounted))).toBe('its own');
});

test('an application gets the element by its ref', () => {
  let element: HTMLDivElement | null = null;
  const mounted = mount(
    <StreamText
      source={writtenText('text')}
      ref={(next) => {
        element = next;
      }}
    />,
  );
  expect(element).toBe(shown(mounted));
  mounted.unmount();
  expect(element).toBeNull();
});

test('every paragraph takes its own direction, also within one block', () => {
  const source = writtenText('English first.\nالسلام عليكم\nEnglish again.\n');
  const mounted = mount(<StreamText source={source} style={{ inlineSize: 400 }} />);
  const box = shown(mounted).getBoundingClientRect();
  const lineOf = (words: string): DOMRect => {
    const text = shown(mounted).textContent ?? '';
    const start = text.indexOf(words);
    return select(shown(mounted), start, start + words.length)
      .getRangeAt(0)
      .getBoundingClientRect();
  };
  for (const words of ['English first.', 'English again.']) {
    expect(lineOf(words).left).toBeCloseTo(box.left, 0);
    expect(lineOf(words).right).toBeLessThan(box.right - 50);
  }
  expect(lineOf('السلام عليكم').right).toBeCloseTo(box.right, 0);
  expect(lineOf('السلام عليكم').left).toBeGreaterThan(box.left + 50);
});

test.each([
  ['lines', lines(400)],
  ['one long line', 'word '.repeat(6_000)],
  ['one long word', '字'.repeat(30_000)],
])('a selection stays while text comes: %s', (_, text) => {
  const source = writtenText(text.slice(0, 500));
  const mounted = mount(<StreamText source={source} />);
  let shownLength = 500;
  const grow = (length: number): void => {
    source.write(text.slice(shownLength, shownLength + length));
    shownLength = Math.min(text.length, shownLength + length);
  };
  while (shownLength < text.length) {
    // In the block that is growing, where it is lost first.
    const [start, end] = [shownLength - 40, shownLength - 3];
    const selection = select(shown(mounted), start, end);
    for (let more = 0; more < 12; more += 1) {
      grow(211);
      expect(selection.getRangeAt(0).toString()).toBe(text.slice(start, end));
    }
  }
});

test('the place of scrolling stays while text comes', () => {
  const source = writtenText(lines(500));
  const mounted = mount(
    <div style={{ blockSize: 200, overflow: 'auto' }}>
      <StreamText source={source} />
    </div>,
  );
  const scroller = mounted.container.querySelector('div');
  if (scroller === null) throw new Error('Nothing scrolls.');
  scroller.scrollTop = 3_000;
  const before = scroller.scrollTop;
  for (let more = 0; more < 50; more += 1) {
    source.write(lines(10));
    expect(scroller.scrollTop).toBe(before);
  }
  expect(scroller.scrollHeight).toBeGreaterThan(10_000);
});

test('the caret stands behind the last block and takes no part in the text', () => {
  const source: WrittenText = writtenText(lines(100));
  const mounted = mount(<StreamText source={source} caret />);
  source.write('and so on');
  const carets = [...shown(mounted).querySelectorAll('div > div')].filter(
    (block) => getComputedStyle(block, '::after').content !== 'none',
  );
  expect(carets).toEqual([shown(mounted).lastElementChild?.lastElementChild]);
  expect(shown(mounted).textContent).toBe(`${lines(100)}and so on`);
  mounted.render(<StreamText source={source} />);
  expect(getComputedStyle(carets[0] ?? document.body, '::after').content).toBe('none');
});

test('groups of blocks out of sight are skipped, the last one never', () => {
  const mounted = mount(<StreamText source={writtenText(lines(4_000))} />);
  const groups = [...shown(mounted).children];
  expect(groups.length).toBeGreaterThan(2);
  const visibility = groups.map((group) => getComputedStyle(group).contentVisibility);
  expect(visibility.at(-1)).toBe('visible');
  expect(new Set(visibility.slice(0, -1))).toEqual(new Set(['auto']));
});

test('columns stay columns: no ligatures, no joined spaces, no text that leaves the box', () => {
  const mounted = mount(<StreamText source={writtenText(`a  b\t=> ${'x'.repeat(500)}`)} style={{ inlineSize: 200 }} />);
  const style = getComputedStyle(shown(mounted));
  expect(style.whiteSpace).toBe('pre-wrap');
  expect(style.fontVariantLigatures).toBe('none');
  expect(shown(mounted).scrollWidth).toBeLessThanOrEqual(200);
});
