import type { JobHead } from '../log/jobLog.ts';
import type { NodeContext, Subscriber } from './feedTypes.ts';
import type { JobTail } from './jobTail.ts';

/** A job's live log on this node, as catching up sees it. */
export interface FeedCore extends Pick<JobTail, 'position' | 'flags' | 'ownerId' | 'recent' | 'take'> {
  readonly jobId: string;
  readonly context: NodeContext;
  /** The log has lost events that this node has seen: what is recent is not what the log holds. */
  isAhead(): boolean;
  /** Counts live messages: a read is up to date where none came while it ran. */
  received(): number;
  /** Learns from a read that someone made. */
  learn(head: JobHead, undisturbed: boolean): void;
  /** Reads what is missing and delivers it. Resolves to false where the log is out of reach. Never rejects. */
  repair(): Promise<boolean>;
  /** From here on the subscriber gets what the others get. */
  goLive(subscriber: Subscriber): void;
}
