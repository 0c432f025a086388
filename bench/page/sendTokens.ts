/** Sends tokens from another thread, each as a message of its own: on the page they arrive as those of a socket do. */

const SENDER = `
onmessage = ({ data: { tokens, tokensPerSecond } }) => {
  const startedAt = performance.now();
  let sent = 0;
  const send = () => {
    const due = Math.min(tokens.length, Math.floor((performance.now() - startedAt) * tokensPerSecond / 1000));
    for (; sent < due; sent += 1) postMessage(tokens[sent]);
    if (sent < tokens.length) setTimeout(send, 1);
    else postMessage(null);
  };
  send();
};`;

/** Resolves when the last token was handed to `receive`. */
export function sendTokens(
  tokens: readonly string[],
  tokensPerSecond: number,
  receive: (token: string) => void,
): Promise<void> {
  const url = URL.createObjectURL(new Blob([SENDER], { type: 'text/javascript' }));
  const worker = new Worker(url);
  return new Promise((resolve) => {
    worker.addEventListener('message', ({ data }: MessageEvent<string | null>) => {
      if (data !== null) {
        receive(data);
        return;
      }
      worker.terminate();
      URL.revokeObjectURL(url);
      resolve();
    });
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
    worker.postMessage({ tokens, tokensPerSecond });
  });
}
