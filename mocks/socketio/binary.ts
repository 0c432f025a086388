/** What one WebSocket message can carry here: text, or bytes (mock-socket turns any other binary type into text). */
export type WireData = string | ArrayBuffer;

/** A copy of the bytes, as a network would make one: the sender may reuse its buffer. Strings stay as they are. */
export function toWireData(data: unknown): WireData {
  if (typeof data === 'string') return data;
  if (data instanceof ArrayBuffer) return data.slice(0);
  if (ArrayBuffer.isView(data)) {
    const copy = new Uint8Array(data.byteLength);
    copy.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    return copy.buffer;
  }
  throw new TypeError(
    `A mock socket carries strings, ArrayBuffers and views of them, not ${Object.prototype.toString.call(data)}. Read a Blob into an ArrayBuffer before sending it.`,
  );
}

/** Length on the wire: UTF-8 bytes of a string. */
export function wireLength(data: WireData): number {
  return typeof data === 'string' ? new TextEncoder().encode(data).byteLength : data.byteLength;
}
