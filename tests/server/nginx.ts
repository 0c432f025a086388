import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../redis/redisProcess.ts';
import { startProxy, type Proxy } from './haproxy.ts';

const PAGE = fileURLToPath(new URL('../../docs/deployment.md', import.meta.url));

/** What the documentation says for nginx. */
export async function documentedNginx(): Promise<string> {
  const block = /^```nginx\n([^]*?)^```$/m.exec(await readFile(PAGE, 'utf8'))?.[1];
  if (block === undefined) throw new Error('docs/deployment.md shows no lines for nginx.');
  return block;
}

/** nginx with the lines of `docs/deployment.md`, with `servers`, ports of this machine, in place of theirs. */
export async function startNginx({ servers }: { servers: readonly number[] }): Promise<Proxy> {
  const port = await freePort();
  const left = [...servers];
  const lines = (await documentedNginx())
    .replace(/^( +listen) \d+;$/m, `$1 127.0.0.1:${String(port)};`)
    .replace(/^( +server) [\w-]+:\d+;$/gm, (_line, start: string) => `${start} 127.0.0.1:${String(left.shift())};`);
  if (left.length > 0 || lines.includes('undefined'))
    throw new Error(`docs/deployment.md is for other servers:\n${lines}`);
  // One process, which ends when it is killed; what it keeps for itself goes into its own folder.
  const config = `
    daemon off;
    master_process off;
    pid nginx.pid;
    error_log stderr warn;
    events {}
    http {
      access_log off;
      ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${name};`).join('\n')}
      ${lines}
    }`;
  return startProxy('nginx', port, config, (file, folder) => ['-p', folder, '-c', file, '-e', 'stderr']);
}
