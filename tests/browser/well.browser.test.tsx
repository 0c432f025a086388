import { Profiler } from 'react';
import { expect, test, vi } from 'vitest';
import '../../src/styles/tokens.css';
import '../../src/styles/reset.css';
import '../../src/styles/card.css';
import { StreamText } from '../../src/components/realtime/StreamText.tsx';
import { Well } from '../../src/components/realtime/Well.tsx';
import { mount } from './mount.ts';
import { writtenText, type WrittenText } from './writtenText.ts';

function written(count: number): string {
  return Array.from({ length: count }, (_, index) => `line ${String(index)}\n`).join('');
}

async function frame(): Promise<void> {
  await new Promise((resolve) => requestAnimationFrame(resolve));
}

/** A well whose reader has scrolled up. */
async function readBack(source: WrittenText) {
  const commits = { count: 0 };
  const { container } = mount(
    <Profiler
      id="well"
      onRender={() => {
        commits.count += 1;
      }}
    >
      <Well>
        <StreamText source={source} />
      </Well>
    </Profiler>,
  );
  const scroller = container.querySelector<HTMLElement>('[data-rg-scroller]');
  if (scroller === null) throw new Error('There is no well.');
  await vi.waitFor(() => expect(scroller.scrollTop).toBeGreaterThan(200));
  // The first measurement comes with a frame of the browser; a person never scrolls in between.
  await frame();
  await frame();
  scroller.scrollTop = 100;
  const jump = (): string | undefined => container.querySelector('.rg-jump')?.textContent;
  await vi.waitFor(() => expect(jump()).toBe('Jump to latest'));
  return { commits, scroller, jump };
}

test('lines that come while somebody reads back are counted, and nothing renders for them', async () => {
  const source = writtenText(written(60));
  const { commits, jump, scroller } = await readBack(source);
  const before = commits.count;
  for (let count = 1; count <= 20; count += 1) {
    source.write('another line\n');
    await frame();
    expect(jump()).toBe(`Jump to latest${count === 1 ? '1 line' : `${String(count)} lines`}`);
  }
  expect(commits.count - before).toBe(0);
  expect(scroller.scrollTop).toBe(100);
});

test('a line is what ends in a line break, however many rows it takes on the screen', async () => {
  const source = writtenText(written(60));
  const { jump } = await readBack(source);
  source.write('word '.repeat(2_000));
  await frame();
  expect(jump()).toBe('Jump to latest');
  source.write('\nand one\nand the next');
  await frame();
  expect(jump()).toBe('Jump to latest2 lines');
});

test('a text out of sight, whose height is a guess, is counted to the line', async () => {
  const source = writtenText(written(60));
  const { jump } = await readBack(source);
  source.write(written(30_000));
  await frame();
  expect(jump()).toBe('Jump to latest30,000 lines');
});

test('what was counted is of the text that is there: another one begins anew', async () => {
  const source = writtenText(written(60));
  const { jump } = await readBack(source);
  source.write(written(5));
  await frame();
  expect(jump()).toBe('Jump to latest5 lines');
  source.replace(written(80));
  await frame();
  expect(jump()).not.toContain('lines');
});
