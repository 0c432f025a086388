import { expect, test } from 'vitest';
import { SESSION_MAX_AGE_MS, type SavedJob } from './sessionRecord.ts';
import { NOBODY } from './signedInUser.ts';
import { WHO, createBrowser, jobOf, type Browser, type Tab } from './testing/browserTabs.ts';
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

/** Tabs of one browser, each with a job of its own that it saved. */
function openTabs(browser: Browser, jobIds: readonly string[]): Tab[] {
  return jobIds.map((jobId) => {
    const tab = browser.openTab();
    tab.sessions.save(WHO, [jobOf(5, jobId)], browser.clock.now(), []);
    return tab;
  });
}

/** Tabs that have claimed once, so that the tab knows which record is its own. */
async function openClaimingTabs(browser: Browser, jobIds: readonly string[]): Promise<Tab[]> {
  const tabs = openTabs(browser, jobIds);
  for (const tab of tabs) expect(await tab.sessions.claim(WHO)).toEqual([]);
  return tabs;
}

const idsOf = (jobs: readonly SavedJob[]): string[] => jobs.map(({ snapshot }) => snapshot.jobId);

/** What a claim finds once so much time has passed. */
async function after(browser: Browser, ms: number, claim: Promise<readonly SavedJob[]>): Promise<string[]> {
  for (let passed = 0; passed < ms; passed += 50) {
    await settled();
    browser.clock.advance(50);
  }
  return idsOf(await claim);
}

test('of tabs that are reloaded together each finds what it left itself, and nobody waits', async () => {
  const browser = createBrowser();
  const tabs = await openClaimingTabs(browser, ['a', 'b', 'c']);
  browser.crashAll();
  const pages = tabs.map((tab) => tab.reload());
  const claims = await Promise.all(pages.map((page) => page.sessions.claim(WHO)));
  expect(claims.map(idsOf)).toEqual([['a'], ['b'], ['c']]);
  expect(browser.clock.pending()).toBe(0);
  const rest = pages.map((page) => page.sessions.claimRest(WHO));
  for (const claim of rest) expect(await after(browser, 5_000, claim)).toEqual([]);
  browser.crashAll();
  const again = await Promise.all(pages.map((page) => page.reload().sessions.claim(WHO)));
  expect(again.map(idsOf)).toEqual([['a'], ['b'], ['c']]);
});

test('what a tab left that does not come back is found some seconds later, by one of those that did', async () => {
  const browser = createBrowser();
  const [a, b] = await openClaimingTabs(browser, ['a', 'b', 'gone']);
  browser.crashAll();
  const pages = [a?.reload(), b?.reload()];
  for (const page of pages) await page?.sessions.claim(WHO);
  const rest = pages.map((page) => page?.sessions.claimRest(WHO) ?? Promise.resolve([]));
  await settled();
  browser.clock.advance(4_999);
  await settled();
  expect(browser.records.size).toBe(3);
  browser.clock.advance(1);
  expect((await Promise.all(rest)).map(idsOf)).toEqual([['gone'], []]);
  expect(browser.clock.pending()).toBe(0);
  browser.crashAll();
  // It is in the same record as the tab's own, so a crash of both loses nothing.
  expect(idsOf((await pages[0]?.reload().sessions.claim(WHO)) ?? []).toSorted()).toEqual(['a', 'gone']);
});

test('after a crash that took what was kept in the tabs too, the first page finds everything at once', async () => {
  const browser = createBrowser();
  await openClaimingTabs(browser, ['a', 'b']);
  browser.crashAll();
  const page = browser.openTab();
  expect(idsOf(await page.sessions.claim(WHO)).toSorted()).toEqual(['a', 'b']);
  expect(await page.sessions.claimRest(WHO)).toEqual([]);
});

test('a page whose former page in this tab is still about to end waits for what that one left', async () => {
  const browser = createBrowser();
  const [tab] = await openClaimingTabs(browser, ['a']);
  if (tab === undefined) throw new Error('No tab.');
  const next = browser.openTab({ tabStorage: tab.tabStorage });
  const claim = next.sessions.claim(WHO);
  await settled();
  browser.clock.advance(250);
  tab.crash();
  expect(await after(browser, 50, claim)).toEqual(['a']);
  expect(browser.clock.pending()).toBe(0);
});

test('a copy of a tab that lives waits no longer than a second, and takes nothing of it then or later', async () => {
  const browser = createBrowser();
  const [tab] = await openClaimingTabs(browser, ['a']);
  const copy = browser.openTab({ tabStorage: new Map(tab?.tabStorage) });
  const claim = copy.sessions.claim(WHO);
  expect(await after(browser, 1_000, claim)).toEqual([]);
  expect(await after(browser, 5_000, copy.sessions.claimRest(WHO))).toEqual([]);
  copy.sessions.save(WHO, [jobOf(3, 'b')], browser.clock.now(), []);
  browser.crashAll();
  expect(idsOf((await copy.reload().sessions.claim(WHO)) ?? [])).toEqual(['b']);
  expect(idsOf((await tab?.reload().sessions.claim(WHO)) ?? [])).toEqual(['a']);
});

test('who waits for tabs to come back, or for a page to end, is let go at once, with nothing', async () => {
  const browser = createBrowser();
  const [tab] = await openClaimingTabs(browser, ['a', 'b']);
  const ends: ((page: Tab) => void)[] = [
    (page) => {
      page.sessions.release();
    },
    (page) => void page.sessions.claim('sub:another'),
  ];
  for (const end of ends) {
    const page = browser.openTab({ tabStorage: new Map(tab?.tabStorage) });
    const first = page.sessions.claim(WHO);
    await settled();
    expect(browser.clock.pending()).toBeGreaterThan(0);
    end(page);
    expect(await first).toEqual([]);
    page.sessions.release();
    await settled();
    expect(browser.clock.pending()).toBe(0);
  }
  browser.crashAll();
  const page = tab?.reload();
  await page?.sessions.claim(WHO);
  const rest = page?.sessions.claimRest(WHO);
  await settled();
  expect(browser.clock.pending()).toBe(1);
  page?.sessions.release();
  expect(await rest).toEqual([]);
  expect(browser.clock.pending()).toBe(0);
  expect(browser.records.size).toBe(2);
});

test('what was found first is not lost where a page crashes right after it found the rest', async () => {
  const browser = createBrowser();
  const [tab] = await openClaimingTabs(browser, ['a', 'gone']);
  browser.crashAll();
  const page = tab?.reload();
  const own = (await page?.sessions.claim(WHO)) ?? [];
  expect(idsOf(own)).toEqual(['a']);
  expect(await after(browser, 5_000, page?.sessions.claimRest(WHO) ?? Promise.resolve([]))).toEqual(['gone']);
  browser.crashAll();
  expect(idsOf(await browser.openTab().sessions.claim(WHO)).toSorted()).toEqual(['a', 'gone']);
});

test('a tab that may keep nothing is a new one each time', async () => {
  const browser = createBrowser();
  const forbidden = new Map<string, string>();
  forbidden.get = forbidden.set = () => {
    throw new DOMException('Not allowed.', 'SecurityError');
  };
  const [tab] = openTabs(browser, ['a', 'b']);
  tab?.crash();
  expect(idsOf(await browser.openTab({ tabStorage: forbidden }).sessions.claim(WHO))).toEqual(['a']);
  expect(browser.errors).toEqual([]);
});

test('who signs in after the page came back without a sign-in finds what this tab left, and nobody else gets it meanwhile', async () => {
  const browser = createBrowser();
  const [tab] = await openClaimingTabs(browser, ['a', 'b']);
  browser.crashAll();
  const before = tab?.reload();
  expect(await before?.sessions.claim(NOBODY)).toEqual([]);
  expect(await after(browser, 5_000, before?.sessions.claimRest(NOBODY) ?? Promise.resolve([]))).toEqual([]);
  const page = before?.reload();
  expect(idsOf((await page?.sessions.claim(WHO)) ?? [])).toEqual(['a']);
});

test('what nobody follows beside what a user left is found by nobody at once', async () => {
  const browser = createBrowser();
  const [tab] = await openClaimingTabs(browser, ['a']);
  browser.crashAll();
  const page = tab?.reload();
  await page?.sessions.claim(NOBODY);
  page?.sessions.save(NOBODY, [jobOf(3, 'n')], browser.clock.now(), []);
  browser.crashAll();
  expect(idsOf((await page?.reload().sessions.claim(NOBODY)) ?? [])).toEqual(['n']);
});
