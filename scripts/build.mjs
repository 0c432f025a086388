/**
 * Builds what is published: ESM with declarations for each package in the order in which they need each other, then the
 * library's one style sheet. Workspaces are resolved to what was built before, as a consumer resolves them.
 */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folders = ['packages/shared', 'packages/core', 'mocks', 'server', '.'];
const projects = [...folders.map((folder) => join(folder, 'tsconfig.build.json')), 'tsconfig.tailwind.json'];

/** @param {string} project */
function compile(project) {
  console.log(`build: ${project}`);
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { status } = spawnSync(process.execPath, [tsc, '-p', project], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(1);
}

async function styleSheet() {
  console.log('build: dist/styles.css');
  const [{ build }, { default: tailwindcss }] = await Promise.all([import('vite'), import('@tailwindcss/vite')]);
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    plugins: [tailwindcss()],
    build: {
      outDir: 'dist',
      emptyOutDir: false,
      copyPublicDir: false,
      // The oldest that know light-dark(): for older ones the minifier would rewrite it and lose surfaces.
      cssTarget: ['chrome123', 'safari17.5', 'firefox120'],
      rolldownOptions: { input: join(root, 'src/styles/index.css'), output: { assetFileNames: 'styles.css' } },
    },
  });
}

for (const folder of folders) rmSync(join(root, folder, 'dist'), { recursive: true, force: true });
projects.forEach(compile);
await styleSheet();
