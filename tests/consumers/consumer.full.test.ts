import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chromiumArguments, findChromium } from '../../scripts/chromium.mjs';

const root = process.cwd();
const app = realpathSync(mkdtempSync(join(tmpdir(), 'regen-consumer-')));
const HOST = 'http://consumer.invalid/';
const TYPES: Record<string, string> = { '.css': 'text/css', '.html': 'text/html', '.js': 'text/javascript' };
const MINUTE = 60_000;
let browser: Browser;

function run(folder: string, command: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, NODE_ENV: undefined },
  });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}\n${stderr}`);
  return stdout;
}

/** Packs a package as npm would publish it; returns the tarball's path. */
function pack(folder: string): string {
  const packed = run(join(root, folder), 'npm', 'pack', '--json', '--ignore-scripts', '--pack-destination', app);
  const [{ filename } = { filename: '' }] = JSON.parse(packed) as { filename: string }[];
  return join(app, filename);
}

function installedVersion(name: string): string {
  const text = readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

beforeAll(async () => {
  run(root, 'node', 'scripts/build.mjs');
  cpSync(join(root, 'tests', 'consumers', 'template'), app, { recursive: true });
  const registry = [
    'react',
    'react-dom',
    'vite',
    '@vitejs/plugin-react',
    'typescript',
    '@types/react',
    '@types/react-dom',
  ];
  const dependencies = {
    '@regen/realtime': `file:${pack('.')}`,
    '@regen/realtime-shared': `file:${pack('packages/shared')}`,
    ...Object.fromEntries(registry.map((name) => [name, installedVersion(name)])),
  };
  const manifest = JSON.parse(readFileSync(join(app, 'package.json'), 'utf8')) as object;
  writeFileSync(join(app, 'package.json'), JSON.stringify({ ...manifest, dependencies }));
  run(app, 'npm', 'install', '--prefer-offline', '--no-audit', '--no-fund');
  const executablePath = findChromium();
  browser = await chromium.launch({ ...(executablePath && { executablePath }), args: chromiumArguments() });
}, 5 * MINUTE);

afterAll(async () => {
  await browser?.close();
  rmSync(app, { recursive: true, force: true });
});

test.for(['tsconfig.json', 'tsconfig.nodenext.json'])('the packed declarations check under %s', (project) => {
  run(app, join(app, 'node_modules', '.bin', 'tsc'), '-p', project);
});

test('the tarball holds what is published and nothing else', () => {
  const tarball = run(app, 'sh', '-c', 'tar -tzf regen-realtime-[0-9]*.tgz').split('\n').filter(Boolean);
  expect(tarball).toContain('package/dist/styles.css');
  expect(tarball).toContain('package/dist/index.d.ts');
  expect(tarball.filter((path) => !/^package\/(dist\/|package\.json$|README\.md$|LICENSE$)/.test(path))).toEqual([]);
  expect(tarball.filter((path) => /\.test\.|stories/.test(path))).toEqual([]);
});

test('a fresh app builds, draws the components without a server, and its console stays clean', async () => {
  run(app, join(app, 'node_modules', '.bin', 'vite'), 'build');
  const page = await browser.newPage();
  const complaints = complaintsOf(page);
  await page.route(`${HOST}**`, (route) => {
    const path = new URL(route.request().url()).pathname;
    const file = join(app, 'dist', path === '/' ? 'index.html' : path);
    return route.fulfill({ path: file, contentType: TYPES[extname(file)] ?? 'application/octet-stream' });
  });
  await page.goto(HOST);
  await page.locator('html[data-mounted]').waitFor();
  await page.getByText('Welcome back').waitFor();
  await page.getByTestId('job').waitFor();
  // The refusal of the first connection is over once the page is quiet.
  await page.waitForLoadState('networkidle');
  const surface = await page.getByText('Welcome back').evaluate((element) => {
    const card = element.closest('[data-rg]');
    return card === null ? 'no [data-rg] root' : getComputedStyle(card).getPropertyValue('--rg-surface').trim();
  });
  expect(surface).toMatch(/^#|^rgb|^oklab|^color/);
  expect(await page.locator('html').getAttribute('data-status')).toMatch(/^false 0 /);
  expect(complaints).toEqual([]);
});

/** What the page says on its console and throws, but for the browser's own line on a refused WebSocket. */
function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    const refusal = message.type() === 'error' && /^WebSocket connection to .* failed/.test(message.text());
    if (!refusal) complaints.push(`${message.type()}: ${message.text()}`);
  });
  return complaints;
}
