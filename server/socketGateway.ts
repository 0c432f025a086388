/** Carries the gateway's sessions over Socket.IO. */
import type { EmitToRoom, Gateway, GatewayConnection, GatewaySession } from '@regen/realtime-core';
import type { Clock, HandshakeError } from '@regen/realtime-shared';
import type { Server, Socket } from 'socket.io';
import { boundBacklog, letGo, type Connection, type ConnectionBacklog } from './connectionBacklog.ts';

/** Sends to the connections of this node alone: the log tells every node by itself. */
export function emitToRoomOf(io: Server): EmitToRoom {
  return (room, event, payload) => {
    io.local.to(room).emit(event, payload);
  };
}

/** A connection that has ended counts as its user's for as long as more bytes than this wait in it. */
const LIGHT = 65_536;

/** Every handshake goes through the gateway, every event to its session. */
export function serveSessions(io: Server, gateway: Pick<Gateway, 'connect'>, clock: Clock): void {
  const sessions = new WeakMap<Socket, GatewaySession>();
  const backlogs = new WeakMap<Connection, ConnectionBacklog>();

  io.engine.on('connection', (conn: Connection) => {
    backlogs.set(conn, boundBacklog(conn, clock));
  });

  io.use((socket, next) => {
    void gateway.connect(connectionOf(socket, clock), socket.handshake.auth).then((answer) => {
      if (answer.kind === 'refused') {
        next(refusalError(answer.error));
        return;
      }
      // The client may have gone while its token was checked; then nobody would ever say so.
      if (socket.conn.readyState !== 'open') answer.session.disconnected();
      sessions.set(socket, answer.session);
      next();
    });
  });

  io.on('connection', (socket) => {
    const session = sessions.get(socket);
    if (session === undefined) return;
    socket.onAny((event: string, ...args: unknown[]) => {
      const last = args.at(-1);
      const ack = typeof last === 'function' ? (last as (answer: unknown) => void) : undefined;
      void session.receive(event, ack === undefined ? args : args.slice(0, -1), ack);
    });
    socket.on('disconnect', () => {
      const { conn } = socket;
      const { transport } = conn;
      letGo(conn, clock);
      const isLight = (backlogs.get(conn)?.waiting ?? 0) <= LIGHT;
      if (isLight || transport.readyState === 'closed') session.disconnected();
      else transport.once('close', session.disconnected);
    });
    session.opened();
  });
}

function connectionOf(socket: Socket, clock: Clock): GatewayConnection {
  return {
    id: socket.id,
    emit: (event, payload) => {
      socket.emit(event, payload);
    },
    join: (room) => {
      void socket.join(room);
    },
    leave: (room) => {
      void socket.leave(room);
    },
    close: (reason) => {
      // After a drain the transport goes, so that clients come back by themselves; with a token that ended they do not.
      if (reason === 'draining') letGo(socket.conn, clock);
      else socket.disconnect(true);
    },
    writable: () => drained(socket),
  };
}

/** Resolves when what was sent has left for the network, or the connection has ended. */
async function drained({ conn }: Socket): Promise<void> {
  while (conn.readyState === 'closing' || (conn.readyState === 'open' && !conn.transport.writable)) {
    const { transport } = conn;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        transport.off('ready', done);
        conn.off('close', done);
        resolve();
      };
      // Before this the transport takes the next packets, if any wait: then it is not writable once more.
      transport.on('ready', done);
      conn.on('close', done);
    });
  }
}

function refusalError(refusal: HandshakeError): Error & { data: HandshakeError } {
  return Object.assign(new Error(refusal.message), { data: refusal });
}
