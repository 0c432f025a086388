import type { Ack, CommandName, CommandPayloads, CommandResults, HandshakeError } from '@regen/realtime-shared';
import { createGateway } from '../gateway/gateway.ts';
import type {
  Authentication,
  Gateway,
  GatewayOptions,
  GatewaySession,
  ServerEventName,
  ServerEventPayloads,
} from '../gateway/gatewayTypes.ts';
import { memoryJobLog, type MemoryJobLog, type MemoryJobLogOptions } from '../memory/memoryJobLog.ts';
import { createWorkerApi } from '../api/workerApi.ts';
import type { WorkerApi } from '../api/workerApiTypes.ts';
import { createManualClock, createSeededRandom, settle, type ManualClock } from './manualClock.ts';

export type Received = {
  [Name in ServerEventName]: { event: Name; payload: ServerEventPayloads[Name] };
}[ServerEventName];

/** What one connection was sent, and its end of the commands. */
export interface TestClient {
  readonly session: GatewaySession;
  /** Everything in the order it was sent; an ack is `{ ack }`. */
  readonly wire: (Received | { ack: unknown })[];
  received(): Received[];
  of<Name extends ServerEventName>(event: Name): ServerEventPayloads[Name][];
  command<Name extends CommandName>(name: Name, payload: CommandPayloads[Name]): Promise<Ack<CommandResults[Name]>>;
  /** A command whose payload breaks the contract. */
  send(event: string, ...args: unknown[]): Promise<unknown>;
  closedBy(): 'draining' | 'auth' | undefined;
  rooms(): string[];
}

export interface TestNode {
  readonly clock: ManualClock;
  readonly log: MemoryJobLog;
  readonly gateway: Gateway;
  readonly api: WorkerApi;
  readonly errors: unknown[];
  /** Room emits so far. */
  roomEmits(): number;
  /** Tokens are `<owner>`, `<owner>@<expiresAt>`, or `bad`. */
  connect(token?: string): Promise<TestClient>;
  tryConnect(auth: unknown): Promise<{ refused: HandshakeError } | { client: TestClient }>;
}

export interface TestNodeOptions {
  log?: MemoryJobLog;
  clock?: ManualClock;
  memory?: Partial<MemoryJobLogOptions>;
  gateway?: Partial<Pick<GatewayOptions, 'limits' | 'timings' | 'authenticate' | 'janitor'>>;
}

export function createTestNode(options: TestNodeOptions = {}): TestNode {
  const clock = options.clock ?? createManualClock();
  const random = createSeededRandom(7);
  const errors: unknown[] = [];
  const onError = (error: unknown): void => {
    errors.push(error);
  };
  const log = options.log ?? memoryJobLog({ clock, random, onError, ...options.memory });
  const rooms = new Map<string, Set<TestClient['wire']>>();
  let roomEmits = 0;
  let connections = 0;

  const gateway = createGateway({
    log,
    clock,
    random,
    authenticate: authenticateByName,
    emitToRoom: (room, event, payload) => {
      roomEmits += 1;
      for (const wire of rooms.get(room) ?? []) wire.push(record(event, payload));
    },
    onError,
    ...options.gateway,
  });
  const api = createWorkerApi({ log, gateway, clock, random, onError });

  async function tryConnect(auth: unknown): Promise<{ refused: HandshakeError } | { client: TestClient }> {
    const wire: TestClient['wire'] = [];
    let closedBy: 'draining' | 'auth' | undefined;
    connections += 1;
    const joined = new Set<string>();
    const result = await gateway.connect(
      {
        id: `connection-${String(connections)}`,
        emit: (event, payload) => {
          wire.push(record(event, payload));
        },
        join: (room) => {
          joined.add(room);
          rooms.set(room, (rooms.get(room) ?? new Set()).add(wire));
        },
        leave: (room) => {
          joined.delete(room);
          rooms.get(room)?.delete(wire);
        },
        close: (reason) => {
          closedBy = reason;
        },
      },
      auth,
    );
    if (result.kind === 'refused') return { refused: result.error };
    const { session } = result;
    session.opened();

    async function send(event: string, ...args: unknown[]): Promise<unknown> {
      let answer: unknown;
      await session.receive(event, args, (given) => {
        answer = given;
        wire.push({ ack: given });
      });
      await settle();
      return answer;
    }
    const received = (): Received[] => wire.filter((entry): entry is Received => 'event' in entry);
    return {
      client: {
        session,
        wire,
        received,
        of: <Name extends ServerEventName>(event: Name) =>
          received()
            .filter((entry): entry is Extract<Received, { event: Name }> => entry.event === event)
            .map((entry) => entry.payload as ServerEventPayloads[Name]),
        // The gateway's answers are checked against the schemas in a test of their own.
        command: async (name, payload) => (await send(name, payload)) as Ack<CommandResults[typeof name]>,
        send,
        closedBy: () => closedBy,
        rooms: () => [...joined],
      },
    };
  }

  return {
    clock,
    log,
    gateway,
    api,
    errors,
    roomEmits: () => roomEmits,
    tryConnect,
    async connect(token = 'ann') {
      const result = await tryConnect({ token });
      if ('refused' in result) throw new Error(`refused: ${result.refused.message}`);
      return result.client;
    },
  };
}

function record<Name extends ServerEventName>(event: Name, payload: ServerEventPayloads[Name]): Received {
  // Name and payload belong together by the signature, which the union does not see.
  return { event, payload } as Received;
}

function authenticateByName(token: string | undefined): Promise<Authentication> {
  if (token === 'unreachable') return Promise.reject(new Error('no answer'));
  if (token === undefined || token === 'bad') {
    return Promise.resolve({ kind: 'refused', code: 'unauthorized', message: 'The token is not valid.' });
  }
  const [ownerId = '', expiresAt] = token.split('@');
  return Promise.resolve({ kind: 'user', ownerId, expiresAt: expiresAt === undefined ? null : Number(expiresAt) });
}
