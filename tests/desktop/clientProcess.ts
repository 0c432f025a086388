/** A desktop application in Node that follows one job; it says on its output what it saw, a line of JSON each time. */
import { createDesktopClient } from '../../apps/desktop/src/services/socket.ts';
import type { ClientReport } from './clientReports.ts';

const [url = '', folder = '', jobId = ''] = process.argv.slice(2);

function say(report: ClientReport): void {
  process.stdout.write(`${JSON.stringify(report)}\n`);
}

const client = createDesktopClient({ url, folder, token: () => Promise.resolve('dev:ann') });
const text = client.textOf(jobId);
let shown = '';

client.onError(({ code, message }) => {
  say({ kind: 'error', code, message });
});
client.on('socket:connected', ({ reconnectCount }) => {
  say({ kind: 'connected', reconnectCount });
});
text.subscribe(() => {
  const next = text.read().rope.toString();
  if (!next.startsWith(shown)) say({ kind: 'rewound' });
  shown = next;
  say({ kind: 'text', length: shown.length });
});

await client.start();
say({
  kind: 'started',
  restored: client.store.getState().restored.map((job) => job.jobId),
  text: text.read().rope.toString(),
});
client.subscribeToJob(jobId, undefined, () => {
  const outcome = client.store.getState().jobs.get(jobId)?.outcome ?? null;
  say({ kind: 'completed', text: text.read().rope.toString(), outcome });
  client.stop();
  process.exit();
});
