import type { Scenario } from '@regen/realtime-mocks';
import { expect, test } from 'vitest';
import { userEvent } from 'vitest/browser';
import { cancelInTime, failureFinal, happyPath, threeJobs } from '../../mocks/scenarios/index.ts';
import '../../src/styles/tokens.css';
import '../../src/styles/reset.css';
import '../../src/styles/surfaces.css';
import '../../src/styles/card.css';
import { JobTimelinePanel, type JobTimelinePanelProps } from '../../src/components/realtime/JobTimelinePanel.tsx';
import { RealtimeProvider } from '../../src/hooks/RealtimeProvider.tsx';
import { mount } from './mount.ts';
import { play, type Played } from './playedPage.ts';

const FAILED_AT = failureFinal.moments?.['failed'] ?? failureFinal.durationMs;

interface Panel extends Played {
  /** The cards' jobs, in order. */
  cards(): string[];
  /** The job whose card has the focus itself. */
  focused(): string | undefined;
  /** The panel's button with this name. */
  button(name: string): HTMLButtonElement;
  section: HTMLElement;
}

async function openPanel(scenario: Scenario, at: number, props: JobTimelinePanelProps = {}): Promise<Panel> {
  const played = await play(scenario);
  const { container } = mount(
    <RealtimeProvider client={played.client}>
      <button type="button">before the panel</button>
      <JobTimelinePanel {...props} />
    </RealtimeProvider>,
  );
  await played.playTo(at);
  const section = container.querySelector('section');
  if (section === null) throw new Error('There is no panel.');
  return {
    ...played,
    section,
    cards: () => [...section.querySelectorAll<HTMLElement>('article')].map((card) => card.dataset['jobId'] ?? ''),
    focused: () =>
      document.activeElement instanceof HTMLElement ? document.activeElement.dataset['jobId'] : undefined,
    button: (name) => {
      const found = [...section.querySelectorAll('button')].find(
        (button) => (button.getAttribute('aria-label') ?? button.textContent) === name,
      );
      if (found === undefined) {
        const names = [...section.querySelectorAll('button')].map((b) => b.getAttribute('aria-label') ?? b.textContent);
        throw new Error(`There is no button "${name}" among: ${names.join(', ')}`);
      }
      return found;
    },
  };
}

test('the list of cards is one stop for Tab, among which arrow keys, Home and End move', async () => {
  const { section, cards, focused } = await openPanel(threeJobs, 14_000);
  const [first, second, third] = cards();
  expect(cards()).toHaveLength(3);
  expect(section.querySelectorAll('article[tabindex="0"]')).toHaveLength(1);
  section.querySelector('article')?.focus();
  expect(focused()).toBe(first);
  await userEvent.keyboard('{ArrowDown}');
  expect(focused()).toBe(second);
  await userEvent.keyboard('{End}');
  expect(focused()).toBe(third);
  await userEvent.keyboard('{ArrowDown}');
  expect(focused()).toBe(third);
  await userEvent.keyboard('{ArrowUp}');
  expect(focused()).toBe(second);
  await userEvent.keyboard('{Home}');
  expect(focused()).toBe(first);
  expect(section.querySelector<HTMLElement>('article[tabindex="0"]')?.dataset['jobId']).toBe(first);
});

test('Enter opens the card that has the focus and closes it again', async () => {
  const { section, cards, focused } = await openPanel(threeJobs, 14_000);
  const isOpen = (): boolean => section.querySelector('article')?.dataset['open'] !== undefined;
  section.querySelector('article')?.focus();
  const before = isOpen();
  await userEvent.keyboard('{Enter}');
  expect(isOpen()).toBe(!before);
  await userEvent.keyboard('{Enter}');
  expect(isOpen()).toBe(before);
  expect(focused()).toBe(cards()[0]);
});

test('in the output the same keys scroll: the focus stays there', async () => {
  const { section } = await openPanel(threeJobs, 14_000);
  const closed = section.querySelector('article:not([data-open])');
  if (section.querySelector('[data-rg-scroller]') === null) closed?.querySelector('button')?.click();
  const scroller = section.querySelector<HTMLElement>('[data-rg-scroller]');
  if (scroller === null) throw new Error('No card shows its output.');
  scroller.focus();
  await userEvent.keyboard('{ArrowDown}{End}{Home}');
  expect(document.activeElement).toBe(scroller);
});

test('Escape collapses the panel and gives the focus to the pill, and the pill gives it back', async () => {
  const { section } = await openPanel(threeJobs, 14_000);
  section.querySelector('article')?.focus();
  await userEvent.keyboard('{Escape}');
  expect(section.querySelectorAll('article')).toHaveLength(0);
  expect(section.contains(document.activeElement)).toBe(true);
  expect(document.activeElement?.getAttribute('aria-expanded')).toBe('false');
  await userEvent.keyboard('{Enter}');
  expect(section.querySelectorAll('article')).toHaveLength(3);
  expect(document.activeElement?.getAttribute('aria-expanded')).toBe('true');
});

test('a panel that collapses by itself takes no focus from where the person is', async () => {
  const { section, playTo } = await openPanel(happyPath, 14_000);
  const elsewhere = section.parentElement?.querySelector<HTMLElement>('button');
  elsewhere?.focus();
  await playTo(22_000);
  expect(section.querySelectorAll('article')).toHaveLength(0);
  expect(document.activeElement).toBe(elsewhere);
});

test('while the focus is inside the panel does not collapse, and no ended card is taken away under it', async () => {
  const { section, focused, cards, playTo } = await openPanel(happyPath, 14_000);
  section.querySelector('article')?.focus();
  const [job] = cards();
  await playTo(22_000);
  expect(focused()).toBe(job);
});

test('a banner that is dismissed leaves the focus in the panel', async () => {
  const { section, player, button } = await openPanel(failureFinal, FAILED_AT);
  expect(player.getState().refusals).toEqual([]);
  const dismiss = button('Dismiss');
  dismiss.focus();
  await userEvent.keyboard('{Enter}');
  expect(dismiss.isConnected).toBe(false);
  // What the size of the list changes comes with the browser's own frames, and takes the focus from nothing.
  for (let frame = 0; frame < 3; frame += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
  expect(section.contains(document.activeElement)).toBe(true);
});

test('a card that leaves with its banner leaves the focus in the panel', async () => {
  const twoJobs: Scenario = {
    ...failureFinal,
    id: 'failure-beside-another',
    steps: [{ at: 100, do: 'worker:create', job: 'c04e77d1-b', title: 'Another' }, ...failureFinal.steps],
  };
  const { section, button, cards } = await openPanel(twoJobs, FAILED_AT);
  expect(cards()).toHaveLength(2);
  button('Dismiss').focus();
  await userEvent.keyboard('{Enter}');
  expect(section.contains(document.activeElement)).toBe(true);
});

test('who cancels a job keeps the focus in the panel, until the card says that it is cancelled', async () => {
  const { section, button, playTo } = await openPanel(cancelInTime, 8_000);
  button('Cancel').focus();
  await userEvent.keyboard('{Enter}');
  for (const time of [8_100, 8_500, 9_500, 12_000]) {
    await playTo(time);
    expect(section.contains(document.activeElement)).toBe(true);
  }
});

test('the keys go on from the card that a click or Tab has brought the focus into', async () => {
  const { section, cards, focused } = await openPanel(threeJobs, 14_000);
  const [, second, third] = cards();
  const inside = section.querySelector<HTMLElement>(`[data-job-id="${second}"] button`);
  inside?.focus();
  await userEvent.keyboard('{ArrowDown}');
  expect(focused()).toBe(third);
  expect(section.querySelector<HTMLElement>('article[tabindex="0"]')?.dataset['jobId']).toBe(third);
});

test('an application hears the keys of the panel too, and may keep one for itself', async () => {
  const pressed: string[] = [];
  const { section, focused, cards } = await openPanel(threeJobs, 14_000, {
    onKeyDown: (event) => {
      pressed.push(event.key);
      if (event.key === 'Escape') event.preventDefault();
    },
  });
  section.querySelector('article')?.focus();
  await userEvent.keyboard('{Escape}{ArrowDown}');
  expect(pressed).toEqual(['Escape', 'ArrowDown']);
  expect(focused()).toBe(cards()[1]);
});
