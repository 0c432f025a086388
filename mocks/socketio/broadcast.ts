/** Who is in which room of one namespace. */
export interface Rooms {
  join(id: string, rooms: readonly string[]): void;
  leave(id: string, room: string): void;
  leaveAll(id: string): void;
  of(id: string): ReadonlySet<string>;
  /** Connected members in the order in which they connected. */
  members(): readonly RoomMember[];
}

export interface RoomMember {
  readonly id: string;
  emit(event: string, ...args: unknown[]): void;
  join(rooms: string | readonly string[]): void;
  leave(room: string): void;
  disconnect(close?: boolean): unknown;
}

/** A choice of sockets; each call gives a new one. Without `to` it is the whole namespace. */
export interface Broadcast {
  to(rooms: string | readonly string[]): Broadcast;
  in(rooms: string | readonly string[]): Broadcast;
  except(rooms: string | readonly string[]): Broadcast;
  /** To each chosen socket once, in the order in which they connected. No acks. */
  emit(event: string, ...args: unknown[]): void;
  socketsJoin(rooms: string | readonly string[]): void;
  socketsLeave(room: string): void;
  disconnectSockets(close?: boolean): void;
}

export function createRooms(members: () => readonly RoomMember[]): Rooms {
  const roomsOf = new Map<string, Set<string>>();
  return {
    join: (id, rooms) => {
      const joined = roomsOf.get(id) ?? new Set();
      for (const room of rooms) joined.add(room);
      roomsOf.set(id, joined);
    },
    leave: (id, room) => {
      roomsOf.get(id)?.delete(room);
    },
    leaveAll: (id) => {
      roomsOf.delete(id);
    },
    of: (id) => roomsOf.get(id) ?? new Set(),
    members,
  };
}

export function createBroadcast(
  rooms: Rooms,
  { to = [], except = [] }: { to?: readonly string[]; except?: readonly string[] } = {},
): Broadcast {
  const chosen = (): readonly RoomMember[] =>
    rooms.members().filter(({ id }) => {
      const joined = rooms.of(id);
      return (to.length === 0 || to.some((room) => joined.has(room))) && !except.some((room) => joined.has(room));
    });
  const broadcast: Broadcast = {
    to: (names) => createBroadcast(rooms, { to: [...to, ...toArray(names)], except }),
    in: (names) => broadcast.to(names),
    except: (names) => createBroadcast(rooms, { to, except: [...except, ...toArray(names)] }),
    emit: (event, ...args) => {
      for (const member of chosen()) member.emit(event, ...args);
    },
    socketsJoin: (names) => {
      for (const member of chosen()) member.join(names);
    },
    socketsLeave: (room) => {
      for (const member of chosen()) member.leave(room);
    },
    disconnectSockets: (close) => {
      for (const member of chosen()) member.disconnect(close);
    },
  };
  return broadcast;
}

function toArray(names: string | readonly string[]): readonly string[] {
  return typeof names === 'string' ? [names] : names;
}
