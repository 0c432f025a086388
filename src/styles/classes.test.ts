import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import { build } from 'vite';
import { expect, test } from 'vitest';

const src = fileURLToPath(new URL('..', import.meta.url));

/** What the utilities of the style sheet are called. */
async function utilities(): Promise<ReadonlySet<string>> {
  const outDir = mkdtempSync(join(tmpdir(), 'regen-styles-'));
  try {
    await build({
      configFile: false,
      logLevel: 'error',
      plugins: [tailwindcss()],
      build: {
        outDir,
        emptyOutDir: false,
        minify: false,
        cssMinify: false,
        rolldownOptions: { input: join(src, 'styles/index.css'), output: { assetFileNames: 'styles.css' } },
      },
    });
    const sheet = readFileSync(join(outDir, 'styles.css'), 'utf8');
    return new Set([...sheet.matchAll(/\.((?:\\.|[\w-])+)/g)].map(([, name = '']) => name.replaceAll('\\', '')));
  } finally {
    rmSync(outDir, { recursive: true, force: true });
  }
}

test('every utility that a component names is one that Tailwind knows with these tokens', async () => {
  const known = await utilities();
  const components = readdirSync(join(src, 'components'), { recursive: true, encoding: 'utf8' });
  const used = components
    .filter((file) => file.endsWith('.tsx') && !file.includes('.test.'))
    .flatMap((file) => [...readFileSync(join(src, 'components', file), 'utf8').matchAll(/\brg:[\w./[\]()%,#:-]+/g)])
    .map(([name]) => name);
  expect(used.length).toBeGreaterThan(100);
  expect([...new Set(used)].filter((name) => !known.has(name))).toEqual([]);
}, 30_000);
