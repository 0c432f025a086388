import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
};

/** A page of documentation, as Storybook's index lists it. */
export interface DocsEntry {
  id: string;
  /** Of its file, such as `./stories/foundations/Motion.mdx`. */
  importPath: string;
}

export interface BuiltStorybook {
  /** On the loopback, a free port. */
  url: string;
  docs: readonly DocsEntry[];
  close(): Promise<void>;
}

/** React's development build says on the console what its production build keeps to itself. */
async function build(folder: string): Promise<void> {
  const child = spawn(
    process.execPath,
    [
      join('node_modules', 'storybook', 'dist', 'bin', 'dispatcher.js'),
      ...['build', '--disable-telemetry', '--quiet', '--output-dir', folder],
    ],
    { env: { ...process.env, NODE_ENV: 'development', VITEST: undefined }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => (said += part.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`storybook build ended with ${code}:\n${said}`);
}

async function serve(folder: string): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname);
    const file = join(folder, path);
    stat(file).then(
      () => {
        response.setHeader('content-type', TYPES[extname(file)] ?? 'application/octet-stream');
        createReadStream(file).pipe(response);
      },
      () => {
        // A browser asks for an icon by itself.
        response.statusCode = path === '/favicon.ico' ? 204 : 404;
        response.end();
      },
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** Builds a Storybook into a folder of its own and serves it; `close` removes it. */
export async function openBuiltStorybook(): Promise<BuiltStorybook> {
  const folder = await mkdtemp(join(tmpdir(), 'regen-storybook-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    await build(folder);
    const index = JSON.parse(await readFile(join(folder, 'index.json'), 'utf8')) as {
      entries: Record<string, DocsEntry & { type: 'docs' | 'story' }>;
    };
    const { url, close } = await serve(folder);
    return {
      url,
      docs: Object.values(index.entries).filter(({ type }) => type === 'docs'),
      close: async () => {
        await close();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
