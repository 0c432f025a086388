/**
 * All that a source gives. Throws the signal's reason where it is aborted, even while the source gives nothing. A source
 * that was not read to its end is returned, and not waited for: it may be what does not answer.
 */
export async function* untilAborted<Item>(
  source: AsyncIterable<Item> | Iterable<Item>,
  signal: AbortSignal,
): AsyncGenerator<Item, void> {
  const iterator = isAsync(source) ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  let isOver = false;
  try {
    for (;;) {
      const next = await nextUntilAborted(iterator, signal).catch((error: unknown) => {
        isOver = !signal.aborted;
        throw error;
      });
      isOver = next.done === true;
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    if (!isOver) giveBack(iterator);
  }
}

type Source<Item> = AsyncIterator<Item> | Iterator<Item>;

/** A string is a source, too, and no object. */
function isAsync<Item>(source: AsyncIterable<Item> | Iterable<Item>): source is AsyncIterable<Item> {
  return typeof (source as Partial<AsyncIterable<Item>>)[Symbol.asyncIterator] === 'function';
}

function nextUntilAborted<Item>(iterator: Source<Item>, signal: AbortSignal): Promise<IteratorResult<Item>> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const aborted = (): void => {
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', aborted);
    Promise.resolve(iterator.next())
      .then(resolve, reject)
      .finally(() => {
        signal.removeEventListener('abort', aborted);
      });
  });
}

function giveBack(iterator: Source<unknown>): void {
  Promise.resolve()
    .then(() => iterator.return?.())
    .catch(() => undefined);
}
