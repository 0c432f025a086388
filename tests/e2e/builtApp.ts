/** The web app as it is built for others, served on loopback; built once a run. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { preview } from 'vite';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the web app is served. */
    appUrl: string;
  }
}

let end: (() => Promise<void>) | undefined;

export async function setup(project: TestProject): Promise<void> {
  const outDir = await mkdtemp(join(tmpdir(), 'regen-web-'));
  // As `npm run build:web` does: in this process it would become a build for tests.
  const { NODE_ENV: _, VITE_SOCKET_URL: __, ...env } = process.env;
  const vite = ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn', '--outDir', outDir, '--emptyOutDir'];
  const { status } = spawnSync(process.execPath, vite, { env, stdio: 'inherit' });
  if (status !== 0) throw new Error('The web app could not be built.');
  const server = await preview({ logLevel: 'warn', build: { outDir }, preview: { port: 0, host: '127.0.0.1' } });
  const [address] = server.resolvedUrls?.local ?? [];
  if (address === undefined) throw new Error('The web app is served nowhere.');
  project.provide('appUrl', address.replace('127.0.0.1', 'localhost'));
  end = async () => {
    await server.close();
    await rm(outDir, { recursive: true, force: true });
  };
}

export async function teardown(): Promise<void> {
  await end?.();
}
