import { encodePacket as encodeEnginePacket, type Packet as EnginePacket } from 'engine.io-parser';
import { Encoder, type Packet } from 'socket.io-parser';
import { toWireData, wireLength, type WireData } from './binary.ts';

const encoder = new Encoder();

/** The WebSocket messages of one Socket.IO packet: its text, then its binary attachments. */
export function encodePacket(packet: Packet): WireData[] {
  // The encoder's own type is any[]: strings, then what the caller gave as binary.
  const parts: unknown[] = encoder.encode(packet);
  return parts.map((part) => encodeEngine('message', part));
}

export function encodeEngine(type: EnginePacket['type'], data?: unknown): WireData {
  let encoded: unknown;
  // Calls back before it returns, for all but Blobs.
  encodeEnginePacket(
    { type, data: typeof data === 'string' || data === undefined ? data : toWireData(data) },
    true,
    (result) => {
      encoded = result;
    },
  );
  return toWireData(encoded);
}

/** One WebSocket message as an inspector shows it. */
export interface WirePacket {
  /** Numbers the link's connections from 1. */
  connection: number;
  direction: 'up' | 'down';
  /** Virtual ms: when it left the client, or when it reached it. */
  at: number;
  type: WirePacketType;
  /** Of Socket.IO packets. */
  namespace?: string;
  /** Of events. */
  event?: string;
  /** Of events and acks that are part of a request and its answer. */
  id?: number;
  bytes: number;
  data: WireData;
  /** True if the network swallowed it. */
  lost?: true;
}

const ENGINE_TYPES = ['open', 'close', 'ping', 'pong', 'message', 'upgrade', 'noop'] as const;
const SOCKET_TYPES = ['connect', 'disconnect', 'event', 'ack', 'connect_error', 'binary_event', 'binary_ack'] as const;

export type WirePacketType =
  | Exclude<(typeof ENGINE_TYPES)[number], 'message'>
  | (typeof SOCKET_TYPES)[number]
  /** A binary message: bytes that belong to the binary event or ack before it. */
  | 'attachment'
  | 'invalid';

/** Reads the head of a message without judging the rest of it: a malformed one is to be shown too. */
export function describeFrame(data: WireData): Pick<WirePacket, 'type' | 'namespace' | 'event' | 'id' | 'bytes'> {
  const bytes = wireLength(data);
  if (typeof data !== 'string') return { type: 'attachment', bytes };
  const engineType = ENGINE_TYPES[Number(data.charAt(0) || NaN)];
  if (engineType === undefined) return { type: 'invalid', bytes };
  if (engineType !== 'message') return { type: engineType, bytes };

  const head = /^4([0-6])(?:\d+-)?(\/[^,]*,?)?(\d+)?(.*)$/s.exec(data);
  const type = SOCKET_TYPES[Number(head?.[1] ?? NaN)];
  if (!head || type === undefined) return { type: 'invalid', bytes };
  const namespace = head[2]?.replace(/,$/, '') ?? '/';
  const event = /^\["((?:[^"\\]|\\.)*)"/.exec(head[4] ?? '')?.[1];
  return {
    type,
    namespace,
    bytes,
    ...(head[3] !== undefined && { id: Number(head[3]) }),
    ...(event !== undefined && (type === 'event' || type === 'binary_event') && { event }),
  };
}
