import { composeStory, setProjectAnnotations } from '@storybook/react-vite';
import { expect, test } from 'vitest';
import preview from '../../.storybook/preview.tsx';
import { loadFonts } from '../../.storybook/fonts.ts';

setProjectAnnotations([preview]);

function stageOf(globals: Record<string, string> = {}, parameters: Record<string, unknown> = {}) {
  const story = composeStory(
    {
      render: () => (
        <>
          <div data-testid="fixed" style={{ position: 'fixed', insetBlockEnd: 0, insetInlineEnd: 0 }}>
            fixed
          </div>
          <div style={{ blockSize: 300 }} />
        </>
      ),
      globals,
      parameters,
    },
    { title: 'Stage' },
  );
  return story.run().then(() => {
    const stage = document.querySelector<HTMLElement>('[data-stage]');
    if (stage === null) throw new Error('The story has no stage.');
    return stage;
  });
}

test('what is fixed in a story stays in its stage', async () => {
  const stage = await stageOf();
  stage.style.cssText = 'inline-size: 400px; block-size: 200px; min-block-size: 0';
  const inner = stage.querySelector('[data-testid=fixed]')?.getBoundingClientRect();
  const outer = stage.getBoundingClientRect();
  expect(inner?.right).toBeLessThanOrEqual(outer.right);
  expect(inner?.bottom).toBeLessThanOrEqual(outer.bottom + stage.scrollHeight - stage.clientHeight);
  expect(window.innerWidth).toBeGreaterThan(outer.right);
});

test('the toolbar reaches the stage as attributes', async () => {
  const stage = await stageOf({ theme: 'dark', direction: 'rtl', motion: 'reduce' });
  expect(stage.dataset).toMatchObject({ rgTheme: 'dark', rgMotion: 'reduce' });
  expect(stage.dir).toBe('rtl');
  expect(getComputedStyle(stage).colorScheme).toBe('dark');
});

test('without a choice the stage is light, left to right, and moves as the system wishes', async () => {
  const stage = await stageOf();
  expect(stage.dataset).toMatchObject({ rgTheme: 'light' });
  expect(stage.dataset).not.toHaveProperty('rgMotion');
  expect(stage.dir).toBe('ltr');
});

test('a frozen stage shows no animation and waits for no transition', async () => {
  const child = (stage: HTMLElement): CSSStyleDeclaration => {
    const element = stage.querySelector<HTMLElement>('[data-testid=fixed]');
    if (element === null) throw new Error('The story has no child.');
    element.style.animation = 'pulse 1s infinite';
    element.style.transition = 'opacity 1s';
    return getComputedStyle(element);
  };
  expect(child(await stageOf())).toMatchObject({ animationName: 'pulse', transitionDuration: '1s' });
  expect(child(await stageOf({}, { frozen: true }))).toMatchObject({ animationName: 'none', transitionDuration: '0s' });
});

test('every bundled face loads without a network', async () => {
  await loadFonts();
  const loaded = new Set([...document.fonts].filter((face) => face.status === 'loaded').map((face) => face.family));
  expect([...loaded].map((family) => family.replaceAll('"', '')).sort()).toEqual([
    'Inter Variable',
    'JetBrains Mono Variable',
    'Noto Emoji Variable',
    'Noto Sans Arabic Variable',
    'Noto Sans SC Variable',
    'Source Serif 4 Variable',
  ]);
});
