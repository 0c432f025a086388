import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createSessionFiles } from '../../apps/desktop/src/services/sessionFiles.ts';
import { startClientProcess } from './clientReports.ts';
import { startServerAndWorker } from './desktopBed.ts';
import { temporaryFolder } from './temporaryFolder.ts';

test(
  'of processes on one folder none touches what another has, and what they leave is restored once',
  { timeout: 180_000 },
  async () => {
    const { server, publisher } = await startServerAndWorker();
    const jobs = ['job-1', 'job-2'];
    for (const jobId of jobs) {
      const job = await publisher.create({ jobId, ownerId: 'ann', title: 'A report' });
      await job.write(`The text of ${jobId}.`);
      await job.flush();
    }
    const folder = temporaryFolder();
    const umask = process.umask(0);
    onTestFinished(() => {
      process.umask(umask);
    });
    const store = createSessionFiles(join(folder, 'regen-realtime'));

    const living = jobs.map((jobId) => startClientProcess(server.url, folder, jobId));
    for (const client of living) expect((await client.first('started')).restored).toEqual([]);
    await vi.waitUntil(() => store.keys().length === 2, { timeout: 60_000 });
    const texts = store.keys().map((key) => store.get(key) ?? '');
    for (const jobId of jobs) expect(texts.join()).toContain(`The text of ${jobId}.`);

    // While those live, a third one finds nothing.
    const third = startClientProcess(server.url, folder, 'job-1');
    expect((await third.first('started')).restored).toEqual([]);
    await third.kill();

    await Promise.all(living.map((client) => client.kill()));
    const heirs = jobs.map((jobId) => startClientProcess(server.url, folder, jobId));
    const restored = await Promise.all(heirs.map(async (client) => (await client.first('started')).restored));
    expect(restored.flat().toSorted()).toEqual(jobs);

    await Promise.all(heirs.map((client) => client.kill()));
    const own = join(folder, 'regen-realtime');
    expect(statSync(own).mode & 0o777).toBe(0o700);
    const files = readdirSync(own).filter((name) => !name.endsWith('.sock'));
    expect(files.some((name) => name.endsWith('.record'))).toBe(true);
    for (const name of files) expect([name, statSync(join(own, name)).mode & 0o777]).toEqual([name, 0o600]);
  },
);
