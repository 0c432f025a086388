import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chromiumArguments, findChromium } from '../../scripts/chromium.mjs';

const root = process.cwd();
const workshop = realpathSync(mkdtempSync(join(tmpdir(), 'regen-consumer-')));
const HOST = 'http://consumer.invalid/';
const TYPES: Record<string, string> = { '.css': 'text/css', '.html': 'text/html', '.js': 'text/javascript' };
const MINUTE = 60_000;

type Major = 18 | 19;
const MAJORS: readonly Major[] = [18, 19];
const TOOLS = ['vite', '@vitejs/plugin-react', 'typescript'];
const REACT = ['react', 'react-dom', '@types/react', '@types/react-dom'];
/** What an application on a version of React depends on besides this library. */
const registry: Readonly<Record<Major, Readonly<Record<string, string>>>> = {
  18: {
    ...installed(TOOLS),
    react: '18.3.1',
    'react-dom': '18.3.1',
    '@types/react': '18.3.28',
    '@types/react-dom': '18.3.7',
  },
  19: installed([...TOOLS, ...REACT]),
};
let browser: Browser;

const appOf = (major: Major): string => join(workshop, `react-${String(major)}`);

function run(folder: string, command: string, ...args: string[]): string {
  return runIn({ folder }, command, ...args);
}

function runIn({ folder, mode }: { folder: string; mode?: string }, command: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, NODE_ENV: mode },
  });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}\n${stderr}`);
  return stdout;
}

/** Packs a package as npm would publish it; returns the tarball's path. */
function pack(folder: string): string {
  const packed = run(join(root, folder), 'npm', 'pack', '--json', '--ignore-scripts', '--pack-destination', workshop);
  const [{ filename } = { filename: '' }] = JSON.parse(packed) as { filename: string }[];
  return join(workshop, filename);
}

/** The versions that this repository has of these. */
function installed(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.map((name) => {
      const text = readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8');
      return [name, (JSON.parse(text) as { version: string }).version];
    }),
  );
}

beforeAll(async () => {
  run(root, 'node', 'scripts/build.mjs');
  const packed = {
    '@regen/realtime': `file:${pack('.')}`,
    '@regen/realtime-shared': `file:${pack('packages/shared')}`,
  };
  for (const major of MAJORS) {
    const app = appOf(major);
    cpSync(join(root, 'tests', 'consumers', 'template'), app, { recursive: true });
    const manifest = JSON.parse(readFileSync(join(app, 'package.json'), 'utf8')) as object;
    const dependencies = { ...packed, ...registry[major] };
    writeFileSync(join(app, 'package.json'), JSON.stringify({ ...manifest, dependencies }));
    run(app, 'npm', 'install', '--prefer-offline', '--no-audit', '--no-fund');
  }
  const executablePath = findChromium();
  browser = await chromium.launch({ ...(executablePath && { executablePath }), args: chromiumArguments() });
}, 5 * MINUTE);

afterAll(async () => {
  await browser?.close();
  rmSync(workshop, { recursive: true, force: true });
});

// How modules are found does not depend on React.
test.for<[Major, string]>([
  [18, 'tsconfig.json'],
  [19, 'tsconfig.json'],
  [19, 'tsconfig.nodenext.json'],
])('the packed declarations check with the types of React %i under %s', ([major, project]) => {
  const app = appOf(major);
  run(app, join(app, 'node_modules', '.bin', 'tsc'), '-p', project);
});

test('the tarball holds what is published and nothing else', () => {
  const tarball = run(workshop, 'sh', '-c', 'tar -tzf regen-realtime-[0-9]*.tgz').split('\n').filter(Boolean);
  expect(tarball).toContain('package/dist/styles.css');
  expect(tarball).toContain('package/dist/index.d.ts');
  expect(tarball.filter((path) => !/^package\/(dist\/|package\.json$|README\.md$|LICENSE$)/.test(path))).toEqual([]);
  expect(tarball.filter((path) => /\.test\.|stories/.test(path))).toEqual([]);
});

/** Builds the application and opens it; what it complains of is collected. */
async function openApp(major: Major, mode: string): Promise<{ page: Page; complaints: string[] }> {
  const app = appOf(major);
  runIn({ folder: app, mode }, join(app, 'node_modules', '.bin', 'vite'), 'build', '--mode', mode);
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
  return { page, complaints };
}

// Of a build for development React says on the console what it does not like.
test.for(MAJORS.flatMap((major) => ['production', 'development'].map((mode) => [major, mode] as const)))(
  'a fresh app on React %i, built for %s, draws the components without a server, and its console stays clean',
  async ([major, mode]) => {
    const { page, complaints } = await openApp(major, mode);
    // The refusal of the first connection is over once the page is quiet.
    await page.waitForLoadState('networkidle');
    const surface = await page.getByText('Welcome back').evaluate((element) => {
      const card = element.closest('[data-rg]');
      return card === null ? 'no [data-rg] root' : getComputedStyle(card).getPropertyValue('--rg-surface').trim();
    });
    expect(surface).toMatch(/^#|^rgb|^oklab|^color/);
    expect(await page.locator('html').getAttribute('data-status')).toMatch(/^false 0 /);
    expect(await page.locator('html').getAttribute('data-refs')).toBe('DIV DIV DIV SECTION');

    const pill = page.getByRole('button', { name: 'Jobs' });
    await pill.click();
    const collapse = page.getByRole('button', { name: 'Collapse' });
    expect(await collapse.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.keyboard.press('Escape');
    expect(await pill.evaluate((element) => element === document.activeElement)).toBe(true);
    expect(complaints).toEqual([]);
    await page.close();
  },
);

/** What the page says on its console and throws, but for the browser's own line on a refused WebSocket and React's advertisement. */
function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    const refusal = message.type() === 'error' && /^WebSocket connection to .* failed/.test(message.text());
    const advertisement = message.text().includes('Download the React DevTools');
    if (!refusal && !advertisement) complaints.push(`${message.type()}: ${message.text()}`);
  });
  return complaints;
}
