/** Calls that fail and are tried again by themselves: told of once, where the next one fails as well. */
export interface Outage {
  failed(error: Error): void;
  /** What failed has been answered. */
  over(): void;
}

/** One in a row is nothing to tell of: a connection that was not used for a while is broken before it is known. */
const TOLD_AT = 2;

export function createOutage(onError: (error: Error) => void): Outage {
  let failures = 0;
  return {
    failed(error) {
      failures += 1;
      if (failures === TOLD_AT) onError(error);
    },
    over() {
      failures = 0;
    },
  };
}
