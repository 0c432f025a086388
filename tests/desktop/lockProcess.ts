/** A process with a lock in a folder: `hold <name>` until it ends, or `count <file> <times>`, each time exclusively. */
import { readFileSync, writeFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { systemClock } from '@regen/realtime-shared';
import { createProcessLock } from '../../apps/desktop/src/services/processLock.ts';

const [folder = '', what, name = '', times] = process.argv.slice(2);
const lock = createProcessLock(folder, { clock: systemClock, random: Math.random });
// Neither a hold nor a wait keeps a process alive.
process.stdin.resume();

if (what === 'hold') {
  await lock.hold(name);
  process.stdout.write('held\n');
} else {
  for (let index = 0; index < Number(times); index += 1) {
    await lock.exclusively('count', async () => {
      const before = Number(readFileSync(name, 'utf8'));
      await setImmediate();
      writeFileSync(name, String(before + 1));
    });
  }
  process.exit();
}
