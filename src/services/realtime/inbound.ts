/** Parses what the server sends. Nothing behind this has to doubt a payload. */
import {
  CHANNEL_NAMES,
  EVENTS,
  JOB_EVENT_SCHEMAS,
  NOTICE_SCHEMAS,
  describeIssues,
  sequencedPayloadSchema,
  type JobEvent,
  type JobEventName,
  type NoticeName,
  type NoticePayloads,
  type SkippedEvent,
} from '@regen/realtime-shared';
import { safeParse } from 'valibot';

export type Notice = { [Name in NoticeName]: { name: Name; payload: NoticePayloads[Name] } }[NoticeName];

export type Inbound =
  | { kind: 'event'; event: JobEvent | SkippedEvent }
  | { kind: 'notice'; notice: Notice }
  /** Of a later version, and without a place in a log: nothing to do. */
  | { kind: 'unknown' }
  /** `jobId`: the job that it was about, where it says so much. */
  | { kind: 'malformed'; reason: string; jobId: string | null };

/**
 * What an event from the wire is. Arguments after the first are ignored. A name or a channel that this version does not
 * know but that has a place in a job's log becomes a `skipped` event, so that its log has no hole.
 */
export function parseInbound(name: string, args: readonly unknown[]): Inbound {
  const payload = args[0];
  const eventName = name === EVENTS.JOB_CHUNK ? EVENTS.MODEL_CHUNK : name;
  if (eventName === EVENTS.MODEL_CHUNK && isOfLaterChannel(payload)) return laterChunk(payload);
  if (isJobEventName(eventName)) {
    const parsed = safeParse(JOB_EVENT_SCHEMAS[eventName], payload);
    return parsed.success
      ? // The schema's output and the name belong together; TypeScript loses that across the index.
        { kind: 'event', event: { type: eventName, ...parsed.output } as JobEvent }
      : malformed(payload, parsed.issues);
  }
  if (isNoticeName(name)) {
    const parsed = safeParse(NOTICE_SCHEMAS[name], payload);
    return parsed.success
      ? { kind: 'notice', notice: { name, payload: parsed.output } as Notice }
      : malformed(payload, parsed.issues);
  }
  const sequenced = safeParse(sequencedPayloadSchema, payload);
  return sequenced.success ? { kind: 'event', event: { type: 'skipped', ...sequenced.output } } : { kind: 'unknown' };
}

function malformed(payload: unknown, issues: Parameters<typeof describeIssues>[0]): Inbound {
  const isNamed = typeof payload === 'object' && payload !== null && 'jobId' in payload;
  return {
    kind: 'malformed',
    reason: describeIssues(issues),
    jobId: isNamed && typeof payload.jobId === 'string' ? payload.jobId : null,
  };
}

type LaterChunk = object & { channel: string };

function isOfLaterChannel(payload: unknown): payload is LaterChunk {
  if (typeof payload !== 'object' || payload === null || !('channel' in payload)) return false;
  return typeof payload.channel === 'string' && !CHANNEL_NAMES.some((known) => known === payload.channel);
}

/** Its text is not ours to show, but its place in the log counts. */
function laterChunk(payload: LaterChunk): Inbound {
  const parsed = safeParse(JOB_EVENT_SCHEMAS[EVENTS.MODEL_CHUNK], { ...payload, channel: CHANNEL_NAMES[0] });
  if (!parsed.success) return malformed(payload, parsed.issues);
  const { jobId, epoch, sequence, timestamp, firstSequence = sequence } = parsed.output;
  return { kind: 'event', event: { type: 'skipped', jobId, epoch, sequence, timestamp, firstSequence } };
}

function isJobEventName(name: string): name is JobEventName {
  return Object.hasOwn(JOB_EVENT_SCHEMAS, name);
}

function isNoticeName(name: string): name is NoticeName {
  return Object.hasOwn(NOTICE_SCHEMAS, name);
}
