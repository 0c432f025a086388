/** What the client dropped or repaired since it was made, as counts. */
export interface ClientDiagnostics {
  /** Events and acks that do not fit the protocol. */
  malformed: number;
  /** Events that were known already. */
  duplicates: number;
  /** Events after a job's last one. */
  afterEnd: number;
  /** Events of jobs that nobody asked for. */
  foreign: number;
  /** Events that came in greater number than is held back; the log is asked for them again. */
  overflow: number;
  /** Events of a later protocol. */
  unknown: number;
  /** Deliveries to subscribers. */
  deliveries: number;
}

/** Why an event was dropped, and the count that it belongs to. */
export const DROPPED: { readonly [Why in 'duplicate' | 'ended' | 'overflow' | 'foreign']: keyof ClientDiagnostics } = {
  duplicate: 'duplicates',
  ended: 'afterEnd',
  overflow: 'overflow',
  foreign: 'foreign',
};

export function createDiagnostics(): ClientDiagnostics {
  return { malformed: 0, duplicates: 0, afterEnd: 0, foreign: 0, overflow: 0, unknown: 0, deliveries: 0 };
}
