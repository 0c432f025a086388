import { expect, test, vi } from 'vitest';
import { PATIENCE_MS, expectWhole, launchBrowser, startTestServer, watchWriting } from './bed.ts';

/** What a person does with the web app, on a real server with its jobs in memory. */

test('a reload in the middle of a text: what was there is there at once, the rest follows, each word once', async () => {
  const { worker, tab } = await watchWriting('reload-1');
  for (const length of [900, 1_400]) {
    await tab.reload();
    await tab.hasText('reload-1', length);
  }
  await expectWhole(tab, worker, await worker.finish());
  expect(await tab.rewinds()).toBe(0);
  expect(tab.errors()).toEqual([]);
});

test('a question is asked, answered from the documents, found again by a reload and by a second tab', async () => {
  const server = await startTestServer();
  const { person } = await launchBrowser(server.port);
  const someone = await person();
  const tab = await someone.open();
  await tab.page.getByRole('button', { name: 'What can a crash of Redis cost?' }).click();
  const answer = tab.page.getByRole('main').getByRole('article', { name: 'What can a crash of Redis cost?' });
  await answer.getByText('Running').waitFor();
  const second = await someone.open();
  const secondAnswer = second.page.getByRole('main').getByRole('article', { name: 'What can a crash of Redis cost?' });
  await secondAnswer.getByText('Writing').first().waitFor();
  await tab.reload();
  await answer.getByText('Completed').waitFor();
  await secondAnswer.getByText('Completed').waitFor();
  const [jobId = ''] = /(?<=#).+/.exec(tab.page.url()) ?? [];
  const shown = await tab.text(jobId);
  expect(shown).toMatch(/^What this project's documents say about “What can a crash of Redis cost\?”:\n\n/);
  expect(await second.text(jobId)).toBe(shown);
  const stored = await fetch(`${server.url}/v1/jobs/${jobId}`, { headers: { authorization: 'Bearer dev:ann' } });
  expect(await stored.json()).toMatchObject({ job: { status: 'completed', channels: { output: { text: shown } } } });
  expect([...tab.errors(), ...second.errors()]).toEqual([]);
});

test('two tabs show the same, and a cancel in one of them is seen in both', async () => {
  const { worker, someone, tab } = await watchWriting('tabs-1');
  const tabs = [tab, await someone.open('tabs-1')] as const;
  await tabs[1].hasText('tabs-1', 300);
  const cancel = tabs[0].page.getByRole('main').getByRole('button', { name: 'Cancel' });
  const place = await cancel.boundingBox();
  await tabs[0].hasText('tabs-1', (await tabs[0].text('tabs-1')).length + 600);
  // What moves away while the text grows cannot be pressed.
  expect(await cancel.boundingBox()).toEqual(place);
  await cancel.click();
  await vi.waitUntil(() => worker.job.signal.aborted, { timeout: PATIENCE_MS });
  await worker.job.cancelled();
  for (const tab of tabs) {
    await tab.page.getByRole('main').getByText('Cancelled').first().waitFor();
    expect(await tab.rewinds()).toBe(0);
  }
  expect(await tabs[0].text('tabs-1')).toBe(await tabs[1].text('tabs-1'));
});

test('a job that failed is tried again, and its text goes on where it stopped', async () => {
  const { worker, tab } = await watchWriting('again-1');
  await worker.fail({ code: 'overloaded', message: 'The model is busy.', retryable: true });
  const asked = new Promise<string>((resolve) => {
    worker.publisher.onResume(undefined, resolve);
  });
  const answer = tab.page.getByRole('main').getByRole('article');
  await answer.getByText('The model is busy.').waitFor();
  await answer.getByRole('button', { name: 'Try again' }).click();
  await worker.goOn(await asked);
  await tab.hasText('again-1', (await tab.text('again-1')).length + 300);
  await expectWhole(tab, worker, await worker.finish());
  expect(await tab.rewinds()).toBe(0);
});

test('the device goes offline and comes back: it says so, and the text goes on without a gap', async () => {
  const { worker, someone, tab } = await watchWriting('offline-1');
  await someone.context.setOffline(true);
  await tab.page.getByText('No network.').first().waitFor();
  const behind = (await tab.text('offline-1')).length;
  await worker.writes(200);
  expect((await tab.text('offline-1')).length).toBe(behind);
  await tab.page.getByLabel('Ask this project’s documents').fill('What now?');
  await tab.page.keyboard.press('Enter');
  const problem = tab.page.getByRole('alert').getByText('There is no network.');
  await problem.waitFor();
  await someone.context.setOffline(false);
  await problem.waitFor({ state: 'detached' });
  await tab.hasText('offline-1', behind + 600);
  await expectWhole(tab, worker, await worker.finish());
  expect(await tab.rewinds()).toBe(0);
});

test('a question that no server takes stays in the field, and the page says what to do', async () => {
  const server = await startTestServer();
  const { person } = await launchBrowser(server.port);
  const tab = await (await person()).open();
  await tab.page.getByText('Ready').first().waitFor();
  await server.kill();
  const field = tab.page.getByLabel('Ask this project’s documents');
  await field.fill('Is anybody there?');
  await field.press('Enter');
  await tab.page.getByRole('alert').getByText('Nothing answers at http://localhost:3000.').waitFor();
  expect(await field.inputValue()).toBe('Is anybody there?');
});
