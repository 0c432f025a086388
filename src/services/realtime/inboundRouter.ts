/** Brings what the server sends to the part of the client that it is for. */
import { EVENTS, assertNever } from '@regen/realtime-shared';
import type { ConnectionEvent } from './connectionMachine.ts';
import type { ClientDiagnostics } from './diagnostics.ts';
import { RealtimeError } from './errors.ts';
import { parseInbound, type Notice } from './inbound.ts';
import type { JobSubscriptions } from './jobSubscriptions.ts';
import type { JobWatch } from './jobWatch.ts';
import type { Reports } from './reports.ts';

export interface InboundParts {
  connection: { dispatch(event: ConnectionEvent): void };
  subscriptions: Pick<JobSubscriptions, 'receive' | 'reset' | 'notice' | 'missed'>;
  watch: Pick<JobWatch, 'changed'>;
  /** The sign-in ends at `expiresAt`, ms since the Unix epoch by the server's clock. */
  onExpiring(expiresAt: number): void;
  counts: ClientDiagnostics;
  reports: Pick<Reports, 'reportOnce'>;
}

export function createInboundRouter(parts: InboundParts): (name: string, args: readonly unknown[]) => void {
  const { connection, subscriptions, watch, counts, reports } = parts;

  function onNotice(notice: Notice): void {
    switch (notice.name) {
      case EVENTS.JOBS_CHANGED:
        watch.changed(notice.payload.job);
        return;
      case EVENTS.JOB_RESET:
        subscriptions.reset(notice.payload.job);
        return;
      case EVENTS.JOB_NOTICE:
        subscriptions.notice(notice.payload);
        return;
      case EVENTS.AUTH_EXPIRING:
        parts.onExpiring(notice.payload.expiresAt);
        return;
      case EVENTS.AUTH_EXPIRED:
        connection.dispatch({ kind: 'authExpired' });
        return;
      case EVENTS.SERVER_DRAINING:
        connection.dispatch({ kind: 'draining', reconnectAfterMs: notice.payload.reconnectAfterMs });
        return;
      case EVENTS.SERVER_DEGRADED:
        connection.dispatch({ kind: 'degraded', degraded: notice.payload.degraded });
        return;
      default:
        assertNever(notice);
    }
  }

  return (name, args) => {
    const inbound = parseInbound(name, args);
    switch (inbound.kind) {
      case 'event':
        subscriptions.receive(inbound.event);
        return;
      case 'notice':
        onNotice(inbound.notice);
        return;
      case 'unknown':
        counts.unknown += 1;
        return;
      case 'malformed':
        if (inbound.jobId !== null) subscriptions.missed(inbound.jobId);
        counts.malformed += 1;
        reports.reportOnce(
          `malformed:${name}`,
          new RealtimeError(
            'malformed',
            `The server sent a "${name}" that does not fit the protocol (${inbound.reason}). It was dropped; what it ` +
              'should have told is asked for again. Later ones are counted in diagnostics().malformed.',
          ),
        );
        return;
      default:
        assertNever(inbound);
    }
  };
}
