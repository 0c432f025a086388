import { expect, test } from 'vitest';
import { SESSION_MAX_AGE_MS } from './sessionRecord.ts';
import { NOBODY } from './signedInUser.ts';
import { WHO, createBrowser, jobOf } from './testing/browserTabs.ts';
import { settled } from './testing/scriptedServer.ts';

test('of pages that are opened at once one restores', async () => {
  const browser = createBrowser();
  const tab = browser.openTab();
  tab.sessions.save(WHO, [jobOf(10)], browser.clock.now(), []);
  tab.crash();
  const claims = await Promise.all([1, 2, 3].map(() => browser.openTab().sessions.claim(WHO)));
  expect(claims.map((claimed) => claimed.length).toSorted()).toEqual([0, 0, 1]);
  expect(browser.records.size).toBe(1);
});

test('a page whose claim hangs holds no other page up, which then takes nothing late', async () => {
  const browser = createBrowser();
  const tab = browser.openTab();
  tab.sessions.save(WHO, [jobOf(10)], browser.clock.now(), []);
  tab.crash();
  let end = (): void => undefined;
  const frozen = browser.exclusively(
    () =>
      new Promise<void>((resolve) => {
        end = resolve;
      }),
  );
  const claim = browser.openTab().sessions.claim(WHO);
  await Promise.resolve();
  browser.clock.advance(5_000);
  expect(await claim).toEqual([]);
  end();
  await frozen;
  expect(await browser.openTab().sessions.claim(WHO)).toHaveLength(1);
});

test('what a page released is found by the next one in the same tab, and saved no more', async () => {
  const browser = createBrowser();
  const page = browser.openTab();
  page.sessions.save(WHO, [jobOf(10)], browser.clock.now(), []);
  page.sessions.release();
  expect(page.sessions.save(WHO, [jobOf(12)], browser.clock.now(), [])).toBe(false);
  expect(await browser.openTab().sessions.claim(WHO)).toMatchObject([{ snapshot: { sequence: 10 } }]);
  expect(await page.sessions.claim(WHO)).toEqual([]);
});

test('a page that crashes right after it restored leaves what it found', async () => {
  const browser = createBrowser();
  const first = browser.openTab();
  first.sessions.save(WHO, [jobOf(10)], browser.clock.now(), []);
  first.crash();
  const second = browser.openTab();
  await second.sessions.claim(WHO);
  second.crash();
  expect(await browser.openTab().sessions.claim(WHO)).toMatchObject([{ complete: true, snapshot: { sequence: 10 } }]);
  expect(browser.records.size).toBe(1);
});

test('of a job that several dead tabs watched the newest record counts', async () => {
  const browser = createBrowser();
  for (const length of [10, 12, 11]) {
    const tab = browser.openTab();
    browser.clock.advance(1_000);
    tab.sessions.save(WHO, [jobOf(length)], browser.clock.now(), []);
    tab.crash();
  }
  const claimed = await browser.openTab().sessions.claim(WHO);
  expect(claimed.map((job) => job.snapshot.sequence)).toEqual([11]);
});

test('a record is offered for an hour, and not a moment longer', async () => {
  for (const [age, found] of [
    [SESSION_MAX_AGE_MS, 1],
    [SESSION_MAX_AGE_MS + 1, 0],
    // The clock was set back meanwhile.
    [-SESSION_MAX_AGE_MS, 1],
    [-SESSION_MAX_AGE_MS - 1, 0],
  ] as const) {
    const browser = createBrowser();
    const tab = browser.openTab();
    tab.sessions.save(WHO, [jobOf(10)], browser.clock.now() - age, []);
    tab.crash();
    expect(await browser.openTab().sessions.claim(WHO)).toHaveLength(found);
    expect(browser.records.size).toBe(found);
  }
});

test("another user's record is removed and not shown", async () => {
  const browser = createBrowser();
  const tab = browser.openTab();
  tab.sessions.save('sub:somebody-else', [jobOf(10)], browser.clock.now(), []);
  tab.crash();
  expect(await browser.openTab().sessions.claim(WHO)).toEqual([]);
  expect(browser.records.size).toBe(0);
});

test('what is left for another server, or by an earlier version, is not found; only the latter is removed', async () => {
  const browser = createBrowser();
  const other = browser.openTab({ server: 'http://server.test/staging' });
  other.sessions.save(WHO, [jobOf(10)], browser.clock.now(), []);
  other.crash();
  const [theirs] = browser.records.keys();
  browser.records.set('regen:session:mk1-earlier', '{"version":1,"who":"sub:dev","savedAt":0,"jobs":[]}');
  expect(await browser.openTab().sessions.claim(WHO)).toEqual([]);
  expect([...browser.records.keys()]).toEqual([theirs]);
  expect(await browser.openTab({ server: 'http://server.test/staging' }).sessions.claim(WHO)).toHaveLength(1);
});

test('nobody leaves what a named user left until it is an hour old, and a named user what nobody left', async () => {
  for (const [whose, who] of [
    [WHO, NOBODY],
    [NOBODY, WHO],
  ] as const) {
    const browser = createBrowser();
    const tab = browser.openTab();
    tab.sessions.save(whose, [jobOf(10)], browser.clock.now(), []);
    tab.crash();
    const passing = browser.openTab();
    expect(await passing.sessions.claim(who)).toEqual([]);
    expect(browser.records.size).toBe(1);
    // The page that passed it by still lives, and holds it no more.
    expect(await browser.openTab().sessions.claim(whose)).toHaveLength(1);
    browser.records.clear();
    browser.openTab().sessions.save(whose, [jobOf(10)], browser.clock.now() - SESSION_MAX_AGE_MS - 1, []);
    browser.crashAll();
    expect(await browser.openTab().sessions.claim(who)).toEqual([]);
    expect(browser.records.size).toBe(0);
  }
});

test('a job stays as old as when it was last known to live, however often it is claimed', async () => {
  const browser = createBrowser();
  const tab = browser.openTab();
  const savedAt = browser.clock.now();
  tab.sessions.save(WHO, [jobOf(10, 'a')], savedAt, []);
  tab.crash();
  for (let hop = 0; hop < 3; hop += 1) {
    browser.clock.advance(SESSION_MAX_AGE_MS / 3);
    const next = browser.openTab();
    const claimed = await next.sessions.claim(WHO);
    expect(claimed.find(({ snapshot }) => snapshot.jobId === 'a')).toMatchObject({ savedAt });
    next.sessions.save(WHO, [jobOf(3, 'b')], browser.clock.now(), claimed);
    next.crash();
  }
  browser.clock.advance(1);
  const claimed = await browser.openTab().sessions.claim(WHO);
  expect(claimed.map(({ snapshot }) => snapshot.jobId)).toEqual(['b']);
});

test('what the page follows already is saved with what it finds later', async () => {
  const browser = createBrowser();
  const gone = browser.openTab();
  gone.sessions.save(WHO, [jobOf(10, 'a')], browser.clock.now(), []);
  gone.crash();
  const page = browser.openTab();
  page.sessions.save(WHO, [jobOf(5, 'b')], browser.clock.now(), []);
  await page.sessions.claim(WHO);
  page.crash();
  const claimed = await browser.openTab().sessions.claim(WHO);
  expect(claimed.map(({ snapshot }) => snapshot.jobId).toSorted()).toEqual(['a', 'b']);
});

test('a later claim ends the one before it, which takes nothing then and holds up nothing', async () => {
  const browser = createBrowser();
  for (const [who, jobId] of [
    ['sub:ada', 'a'],
    ['sub:grace', 'g'],
  ] as const) {
    browser.openTab().sessions.save(who, [jobOf(10, jobId)], browser.clock.now(), []);
  }
  browser.crashAll();
  const page = browser.openTab();
  const first = page.sessions.claim('sub:ada');
  const second = page.sessions.claim('sub:grace');
  expect(await first).toEqual([]);
  expect(await second).toMatchObject([{ snapshot: { jobId: 'g' } }]);
  expect(browser.clock.pending()).toBe(0);
});

test('a claim that hangs in its turn gives the turn back at its deadline, and takes nothing when it comes to itself', async () => {
  const browser = createBrowser();
  const tab = browser.openTab();
  tab.sessions.save(WHO, [jobOf(10)], browser.clock.now(), []);
  tab.crash();
  let wake: (isHeld: boolean) => void = () => undefined;
  const holds: string[] = [];
  const frozen = browser.openTab({
    tabs: {
      hold: (name) => {
        holds.push(name);
        return Promise.resolve(() => undefined);
      },
      isHeld: () =>
        new Promise((resolve) => {
          wake = resolve;
        }),
    },
  });
  const claim = frozen.sessions.claim(WHO);
  await settled();
  const next = browser.openTab().sessions.claim(WHO);
  browser.clock.advance(5_000);
  expect(await claim).toEqual([]);
  wake(false);
  await settled();
  expect(holds).toEqual([]);
  expect(await next).toEqual([]);
  expect(await browser.openTab().sessions.claim(WHO)).toHaveLength(1);
});

test('a record that comes to be held after the deadline is let go and stays', async () => {
  const browser = createBrowser();
  const tab = browser.openTab();
  tab.sessions.save(WHO, [jobOf(10)], browser.clock.now(), []);
  tab.crash();
  const [left] = browser.records.keys();
  let give: () => void = () => undefined;
  let isHeld = false;
  const claim = browser
    .openTab({
      tabs: {
        hold: (name) =>
          new Promise((resolve) => {
            if (name !== left) resolve(() => undefined);
            give = () => {
              isHeld = true;
              resolve(() => {
                isHeld = false;
              });
            };
          }),
      },
    })
    .sessions.claim(WHO);
  await settled();
  browser.clock.advance(5_000);
  expect(await claim).toEqual([]);
  give();
  expect(isHeld).toBe(true);
  await settled();
  expect(isHeld).toBe(false);
  expect([...browser.records.keys()]).toEqual([left]);
});

test('nothing is taken before the record of this tab is held, and what was taken stays held until the tab lets go', async () => {
  const browser = createBrowser();
  const tab = browser.openTab();
  tab.sessions.save(WHO, [jobOf(10)], browser.clock.now(), []);
  tab.crash();
  const [left = ''] = browser.records.keys();
  const held = new Set<string>();
  let give: () => void = () => undefined;
  const page = browser.openTab({
    tabs: {
      hold: (name) =>
        new Promise((resolve) => {
          const grant = (): void => {
            held.add(name);
            resolve(() => held.delete(name));
          };
          if (name === left) grant();
          else give = grant;
        }),
    },
  });
  const claim = page.sessions.claim(WHO);
  await settled();
  expect([...browser.records.keys()]).toEqual([left]);
  give();
  expect(await claim).toHaveLength(1);
  expect(browser.records.has(left)).toBe(false);
  expect(held).toContain(left);
  page.sessions.release();
  await settled();
  expect([...held]).toEqual([]);
});

test('where pages cannot see each other a page does not find what it saved itself', async () => {
  const browser = createBrowser();
  const page = browser.openTab({ tabs: { isHeld: () => Promise.resolve(false) } });
  page.sessions.save(WHO, [jobOf(10)], browser.clock.now(), []);
  expect(await page.sessions.claim(WHO)).toEqual([]);
  expect(browser.records.size).toBe(1);
});
