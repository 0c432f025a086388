import type { JobEvent } from '@regen/realtime-shared';
import type { GatewayConnection, ServerEventPayloads } from './gatewayTypes.ts';

/** An event as it crosses the wire. */
export function emitJobEvent(emit: GatewayConnection['emit'], event: JobEvent): void {
  const { type, ...payload } = event;
  // `type` and `payload` come from one member of the union, which destructuring forgets.
  emit(type, payload as ServerEventPayloads[typeof type]);
}
