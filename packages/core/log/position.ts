import type { Position } from '@regen/realtime-shared';

/** The part of a log's state that says which positions belong to its history. */
export interface EpochHistory {
  epoch: string;
  /** The log's last sequence. */
  sequence: number;
  /** Earlier epochs, each with the last sequence that was written in it or before it. */
  earlier: readonly Position[];
}

/**
 * How a position stands to a log: `within` its history (what follows it can be read), `ahead` of it in the same
 * epoch (the log lost its tail), or `diverged` (it saw events that no longer exist, or an epoch never heard of).
 */
export function placePosition(position: Position, log: EpochHistory): 'within' | 'ahead' | 'diverged' {
  if (position.epoch === log.epoch) return position.sequence <= log.sequence ? 'within' : 'ahead';
  const ended = log.earlier.find((earlier) => earlier.epoch === position.epoch);
  return ended !== undefined && position.sequence <= ended.sequence ? 'within' : 'diverged';
}

/** Whether two positions are the same. */
export function samePosition(one: Position, other: Position): boolean {
  return one.sequence === other.sequence && one.epoch === other.epoch;
}

/** `<epoch>:<sequence>`, the id of a server-sent event. */
export function formatPosition(position: Position): string {
  return `${position.epoch}:${String(position.sequence)}`;
}

/** Undefined where the text is no position. An epoch may contain colons. */
export function parsePosition(text: string): Position | undefined {
  const cut = text.lastIndexOf(':');
  const digits = text.slice(cut + 1);
  if (cut < 1 || cut > 128 || !/^\d{1,15}$/.test(digits)) return undefined;
  return { epoch: text.slice(0, cut), sequence: Number(digits) };
}
