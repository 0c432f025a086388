import { expect, onTestFinished, test } from 'vitest';
import { DEVELOPMENT_WORKER_KEY } from '../../server/config.ts';
import { createJobPublisher, type PublishedJob } from '../../server/worker/index.ts';
import {
  PATIENCE_MS,
  launchBrowser,
  startTestServer,
  watchWriting,
  type AppTab,
  type Person,
  type TestServer,
} from './bed.ts';

/** The web app's own pages: what an address names, who is signed in, what is said of a job that does not go on. */

interface Pages {
  server: TestServer;
  someone: Person;
  /** A job of `ownerId` that has written its own id. */
  job(jobId: string, ownerId?: string): Promise<PublishedJob>;
}

async function pages(environment: Readonly<Record<string, string>> = {}): Promise<Pages> {
  const server = await startTestServer(environment);
  const { person } = await launchBrowser(server.port);
  const publisher = createJobPublisher({ url: server.url, workerKey: DEVELOPMENT_WORKER_KEY });
  onTestFinished(publisher.close);
  return {
    server,
    someone: await person(),
    job: async (jobId, ownerId = 'ann') => {
      const job = await publisher.create({ jobId, ownerId, title: `Report ${jobId}` });
      job.started();
      job.progress(42);
      await job.write(`This is ${jobId}.`);
      await job.flush();
      return job;
    },
  };
}

const answerOf = ({ page }: AppTab, jobId: string) =>
  page.getByRole('main').getByRole('article', { name: `Report ${jobId}` });

test('with no server at all a reload shows what was there, to the last word, and says that it was found', async () => {
  const { server, tab } = await watchWriting('restored-1');
  const { page } = tab;
  await tab.hasText('restored-1', 1_500);
  await server.kill();
  await page.getByText('Reconnecting').first().waitFor();
  const shown = await tab.text('restored-1');
  await tab.reload();
  await tab.hasText('restored-1', 1);
  await page
    .getByText(/Reconnecting to job|The text so far is kept in this browser/)
    .first()
    .waitFor();
  expect(await tab.text('restored-1')).toBe(shown);
});

test('a job that failed says why on a page that is opened later, also after the banner was dismissed', async () => {
  const { someone, job } = await pages();
  await (await job('failed-1')).fail({ code: 'overloaded', message: 'The model is busy.', retryable: true });
  const tab = await someone.open('failed-1');
  const answer = answerOf(tab, 'failed-1');
  await answer.getByText('The model is busy.').waitFor();
  await answer.getByText('overloaded').waitFor();
  await answer.getByText(/characters were written/).waitFor();
  await answer.getByRole('button', { name: 'Dismiss' }).click();
  await answer.getByText('The model is busy.').waitFor({ state: 'detached' });
  await answer.getByRole('button', { name: 'Try again' }).waitFor();
  await tab.reload();
  await answerOf(tab, 'failed-1').getByText('The model is busy.').waitFor();
});

test('a completed job has no button that does nothing', async () => {
  const { someone, job } = await pages();
  await (await job('done-1')).complete();
  const answer = answerOf(await someone.open('done-1'), 'done-1');
  await answer.getByText('Completed').first().waitFor();
  await answer.getByRole('button', { name: 'Copy text' }).waitFor();
  expect(await answer.getByRole('button', { name: /text/ }).count()).toBe(1);
});

test('a text whose beginning is left out says so', async () => {
  const { someone, job } = await pages({ MAX_TEXT_LENGTH: '262144' });
  const long = await job('long-1');
  for (let part = 0; part < 8; part += 1) await long.write('word '.repeat(12_000));
  await long.flush();
  const answer = answerOf(await someone.open('long-1'), 'long-1');
  await answer.getByText(/^The first .* characters are left out\.$/).waitFor();
});

test('the address names the job: links, back and forward, and nothing takes the place of what is read', async () => {
  const { someone, job } = await pages();
  await job('first-1');
  const tab = await someone.open();
  const { page } = tab;
  await answerOf(tab, 'first-1').waitFor();
  expect(new URL(page.url()).hash).toBe('#first-1');
  expect(await page.title()).toBe('Report first-1 · Regen Realtime');

  await job('second-1');
  const link = page.getByRole('navigation', { name: 'Other questions' }).getByRole('link', { name: /second-1/ });
  await link.waitFor();
  expect(new URL(page.url()).hash).toBe('#first-1');
  await link.focus();
  await page.keyboard.press('Enter');
  await answerOf(tab, 'second-1').waitFor();
  await expect
    .poll(() => page.evaluate(() => document.activeElement?.textContent), { timeout: PATIENCE_MS })
    .toBe('Report second-1');
  await page.goBack();
  await answerOf(tab, 'first-1').waitFor();
  await page.goForward();
  await answerOf(tab, 'second-1').waitFor();
  expect(await page.title()).toBe('Report second-1 · Regen Realtime');
  expect(tab.errors()).toEqual([]);
});

async function signInAs({ page }: AppTab, name: string): Promise<void> {
  await page.getByRole('button', { name: /Signed in as/ }).click();
  const dialog = page.getByRole('dialog', { name: 'Sign in' });
  await dialog.getByLabel('Name or token').fill(name);
  await dialog.getByRole('button', { name: 'Sign in' }).click();
}

test('who signs in as somebody else leaves nothing on the page, in no window, and finds it again', async () => {
  const { someone, job } = await pages();
  await job('anns-1');
  await job('carls-1', 'carl.b@example.org');
  const tabs = [await someone.open('anns-1'), await someone.open()] as const;
  for (const tab of tabs) await tab.hasText('anns-1', 10);
  await tabs[0].page.getByLabel('Ask this project’s documents').fill('Half a question');
  await signInAs(tabs[0], 'carl.b@example.org');
  for (const tab of tabs) {
    await tab.page.getByRole('button', { name: 'Signed in as carl.b@example.org' }).waitFor();
    await answerOf(tab, 'carls-1').waitFor();
    await tab.page.getByText('anns-1').waitFor({ state: 'detached' });
    expect(await tab.page.getByLabel('Ask this project’s documents').inputValue()).toBe('');
  }
  await signInAs(tabs[1], 'ann');
  for (const tab of tabs) {
    await answerOf(tab, 'anns-1').waitFor();
    await tab.page.getByText('carls-1').waitFor({ state: 'detached' });
  }
});

test('where a sign-in is asked for and nobody is signed in, the page names nobody', async () => {
  const { port } = await startTestServer({
    NODE_ENV: 'production',
    AUTH_JWT_SECRET: 'x'.repeat(32),
    WORKER_KEY: 'a-worker-key-of-some-length',
  });
  const { person } = await launchBrowser(port);
  const { page } = await (await person({ token: '' })).open();
  await page.getByRole('button', { name: 'Not signed in' }).click();
  await page.getByRole('dialog', { name: 'Sign in' }).getByText('Nobody is signed in.').waitFor();
});

test('a name that no server takes is said at once, and what was typed is gone with the dialog', async () => {
  const { someone } = await pages();
  const tab = await someone.open();
  await signInAs(tab, 'Bö rk');
  const dialog = tab.page.getByRole('dialog', { name: 'Sign in' });
  await dialog.getByRole('alert').getByText('A name has letters').waitFor();
  await dialog.getByRole('button', { name: 'Close' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await tab.page.getByRole('button', { name: 'Signed in as ann' }).waitFor();
  await tab.page.getByRole('button', { name: /Signed in as/ }).click();
  expect(await dialog.getByLabel('Name or token').inputValue()).toBe('');
  expect(await dialog.getByRole('alert').count()).toBe(0);
});

test('what is typed while a question is on its way stays, and a lost answer makes no second job', async () => {
  const { server, someone } = await pages();
  const { page } = await someone.open();
  const field = page.getByLabel('Ask this project’s documents');
  const made: string[] = [];
  let isLost = true;
  await page.route('**/v1/demo/jobs', async (route) => {
    if (route.request().method() !== 'POST') {
      await route.continue();
      return;
    }
    const answer = await route.fetch({ url: `${server.url}/v1/demo/jobs` });
    made.push(((await answer.json()) as { jobId: string }).jobId);
    await field.fill('typed meanwhile');
    if (isLost) await route.abort();
    else await route.fulfill({ response: answer });
  });
  await page.getByText('Ready').first().waitFor();
  await page.getByRole('button', { name: 'What happens after a crash?' }).click();
  await page.getByRole('alert').getByText('Nothing answers').waitFor();
  expect(await field.inputValue()).toBe('typed meanwhile');
  isLost = false;
  await field.fill('What happens after a crash?');
  await field.press('Enter');
  await expect.poll(() => made.length, { timeout: 20_000 }).toBe(2);
  await page.getByRole('button', { name: 'Ask', exact: true }).waitFor();
  expect(await field.inputValue()).toBe('typed meanwhile');
  expect(made[1]).toBe(made[0]);
  // Answered, the same words are another question.
  await field.fill('What happens after a crash?');
  await field.press('Enter');
  await expect.poll(() => made.length, { timeout: PATIENCE_MS }).toBe(3);
  await page.getByRole('button', { name: 'Ask', exact: true }).waitFor();
  expect(made[2]).not.toBe(made[0]);
});

test.each(['pageshow', 'visibilitychange'])('a page that slept hears at its %s who has signed in', async (wake) => {
  const { someone, job } = await pages();
  await job('anns-1');
  await job('carls-1', 'carl');
  const tab = await someone.open();
  await answerOf(tab, 'anns-1').waitFor();
  // A page is told of nothing that it does itself, as little as one that slept.
  await tab.page.evaluate((type) => {
    localStorage.setItem('auth:token', 'dev:carl');
    (type === 'pageshow' ? window : document).dispatchEvent(new Event(type));
  }, wake);
  await answerOf(tab, 'carls-1').waitFor();
});

test('on a narrow page the panel does not open over the answer, and nothing is wider than the page', async () => {
  const { someone, job } = await pages();
  await job('narrow-1');
  const tab = await someone.open('narrow-1');
  const { page } = tab;
  await page.setViewportSize({ width: 320, height: 640 });
  await tab.reload();
  await tab.hasText('narrow-1', 10);
  await page.getByRole('button', { name: /1 running/ }).waitFor();
  await page.getByRole('button', { name: /1 running/ }).click();
  await page
    .getByRole('region', { name: 'Jobs' })
    .or(page.getByRole('complementary', { name: 'Jobs' }))
    .first()
    .waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
});
