/** What a colour confirms: never the only sign of it. */
export type Tone =
  /** It ended; what is done. */
  | 'done'
  /** Live, now. */
  | 'live'
  /** Not live. */
  | 'quiet'
  /** Waits for something. */
  | 'wait'
  /** Failed or lost. */
  | 'lost'
  /** Ended well. */
  | 'good';

/** Names of the drawn signs, by what they say. */
export type GlyphName =
  | 'live'
  | 'ready'
  | 'connecting'
  | 'reconnecting'
  | 'offline'
  | 'catchingUp'
  | 'workerSilent'
  | 'holding'
  | 'delayed'
  | 'signIn'
  | 'signInRefused'
  | 'tooManyConnections'
  | 'queued'
  | 'paused'
  | 'stopping'
  | 'stopped'
  | 'completed'
  | 'failed'
  | 'restoring'
  | 'resuming'
  | 'gone'
  | 'chevronDown'
  | 'chevronUp'
  | 'jump'
  | 'copy'
  | 'dismiss';
