import { expect, test } from 'vitest';
import { clientReducer } from './jobSubscription.ts';
import type { SessionStore } from './ports.ts';
import type { ClientJobState } from './realtimeStore.ts';
import { SESSION_TEXT_BUDGET } from './sessionRecord.ts';
import { SERVER, WHO, createBrowser, jobOf } from './testing/browserTabs.ts';
import { logOf, snapshotOf, textOf } from './testing/fixtures.ts';

function jobWithText(text: string, jobId: string): ClientJobState {
  const job = snapshotOf(logOf(2, { jobId }));
  return clientReducer.fromSnapshot({ ...job, progress: 45, channels: { output: { text, offset: 0 } } });
}

test('what a tab left is found by the next one, with its text and position', async () => {
  const browser = createBrowser();
  const tab = browser.openTab();
  tab.sessions.save(WHO, [jobOf(10)], browser.clock.now(), []);
  tab.crash();
  const [saved] = await browser.openTab().sessions.claim(WHO);
  expect(saved).toMatchObject({
    complete: true,
    savedAt: browser.clock.now(),
    snapshot: { epoch: 'e1', sequence: 10 },
  });
  expect(saved?.snapshot.channels['output']?.text).toBe(textOf(10));
});

test('a living tab keeps its record, and what one tab saves never touches the other', async () => {
  const browser = createBrowser();
  const one = browser.openTab();
  const other = browser.openTab();
  one.sessions.save(WHO, [jobOf(10, 'a')], browser.clock.now(), []);
  other.sessions.save(WHO, [jobOf(5, 'b')], browser.clock.now(), []);
  expect(await other.sessions.claim(WHO)).toEqual([]);
  one.sessions.save(WHO, [jobOf(12, 'a')], browser.clock.now(), []);
  other.sessions.save(WHO, [], browser.clock.now(), []);
  expect(browser.records.size).toBe(1);
  one.crash();
  expect((await other.sessions.claim(WHO)).map((job) => job.snapshot.sequence)).toEqual([12]);
});

test('with no job left the record is removed', () => {
  const browser = createBrowser();
  const tab = browser.openTab();
  tab.sessions.save(WHO, [jobOf(10)], browser.clock.now(), []);
  tab.sessions.save(WHO, [], browser.clock.now(), []);
  expect(browser.records.size).toBe(0);
});

test('damaged records are removed and cost nothing but themselves', async () => {
  const browser = createBrowser();
  const tab = browser.openTab();
  tab.sessions.save(WHO, [jobOf(10)], browser.clock.now(), []);
  tab.crash();
  const [good] = [...browser.records.values()];
  const damaged = ['', '{', 'null', '[]', good?.slice(0, 80), good?.replace('"version":2', '"version":9')];
  for (const [index, text] of damaged.entries())
    browser.records.set(`regen:session:${SERVER} damaged-${String(index)}`, text ?? '');
  expect(await browser.openTab().sessions.claim(WHO)).toHaveLength(1);
  expect(browser.records.size).toBe(1);
  expect(browser.errors).toHaveLength(damaged.length);
});

test('a damaged job is dropped and told, and the others of its record are restored', async () => {
  const browser = createBrowser();
  const tab = browser.openTab();
  tab.sessions.save(WHO, [jobOf(10, 'a'), { ...jobOf(5, 'b'), progress: 101 }, jobOf(3, 'c')], browser.clock.now(), []);
  tab.crash();
  const claimed = await browser.openTab().sessions.claim(WHO);
  expect(claimed.map(({ snapshot }) => snapshot.jobId)).toEqual(['a', 'c']);
  expect(browser.errors).toEqual(['A job in a saved session was damaged and is not restored.']);
});

test('what else is in the storage stays untouched', async () => {
  const browser = createBrowser();
  browser.records.set('auth:token', 'secret');
  await browser.openTab().sessions.claim(WHO);
  expect(browser.records.get('auth:token')).toBe('secret');
});

test('a text over the budget is left out: the job comes back with its progress and without a position', async () => {
  const browser = createBrowser();
  const tab = browser.openTab();
  const long = 'x'.repeat(SESSION_TEXT_BUDGET - 2);
  tab.sessions.save(
    WHO,
    [jobWithText(long, 'a'), jobWithText('four', 'b'), jobWithText('ok', 'c')],
    browser.clock.now(),
    [],
  );
  tab.crash();
  const claimed = await browser.openTab().sessions.claim(WHO);
  expect(claimed.map(({ snapshot, complete }) => [snapshot.jobId, complete, snapshot.progress])).toEqual([
    ['a', true, 45],
    ['b', false, 45],
    ['c', true, 45],
  ]);
  expect(claimed[1]?.snapshot.channels).toEqual({});
});

test('a claimed text that does not fit any more is left out, and the job says so', async () => {
  const browser = createBrowser();
  const tab = browser.openTab();
  tab.sessions.save(WHO, [jobWithText('x'.repeat(100), 'a')], browser.clock.now(), []);
  tab.crash();
  const next = browser.openTab();
  const claimed = await next.sessions.claim(WHO);
  const long = jobWithText('x'.repeat(SESSION_TEXT_BUDGET - 99), 'b');
  next.sessions.save(WHO, [long], browser.clock.now(), claimed);
  next.crash();
  const again = await browser.openTab().sessions.claim(WHO);
  expect(again.map(({ snapshot, complete }) => [snapshot.jobId, complete]).toSorted()).toEqual([
    ['a', false],
    ['b', true],
  ]);
});

test('a full storage costs the texts first, then the copy, and never throws', () => {
  const browser = createBrowser();
  const sizes: number[] = [];
  const full = (room: number): { sessions: Partial<SessionStore> } => ({
    sessions: {
      set: (_, value) => {
        sizes.push(value.length);
        if (value.length > room) throw new DOMException('No room.', 'QuotaExceededError');
      },
    },
  });
  expect(
    browser.openTab(full(2_000)).sessions.save(WHO, [jobWithText('x'.repeat(5_000), 'a')], browser.clock.now(), []),
  ).toBe(true);
  expect(sizes).toHaveLength(2);
  expect(browser.errors).toEqual([]);
  expect(browser.openTab(full(10)).sessions.save(WHO, [jobOf(10)], browser.clock.now(), [])).toBe(false);
  expect(browser.errors).toHaveLength(1);
});

test('a storage that may not be used at all is told and stops nothing', async () => {
  const browser = createBrowser();
  const forbidden = (): never => {
    throw new DOMException('Not allowed.', 'SecurityError');
  };
  const tab = browser.openTab({ sessions: { get: forbidden, set: forbidden, remove: forbidden, keys: forbidden } });
  expect(await tab.sessions.claim(WHO)).toEqual([]);
  expect(tab.sessions.save(WHO, [jobOf(2)], browser.clock.now(), [])).toBe(false);
  expect(tab.sessions.save(WHO, [], browser.clock.now(), [])).toBe(true);
  expect(browser.errors).toHaveLength(3);
});
