const LOOK_MS = 250;

/**
 * Calls back once when the shell that npm started this command with has ended: npm hands a signal on to it alone, and
 * it ends without a word to what it runs. Without npm it never calls back: who starts a script otherwise may leave it.
 *
 * @param {() => void} callback
 */
export function whenStarterEnds(callback) {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const starter = process.ppid;
  const looking = setInterval(() => {
    if (process.ppid === starter) return;
    clearInterval(looking);
    callback();
  }, LOOK_MS).unref();
}
