import {
  COMMAND_NAMES,
  JOB_EVENT_NAMES,
  type CommandName,
  type JobEventName,
  type NoticeName,
} from '@regen/realtime-shared';
import { wireSchemas } from './jsonSchemas.ts';
import { NOTICE_NAMES, ackName, pascalName, payloadName } from './schemaNames.ts';

/** One sentence an event; the whole story is in docs/protocol.md. */
const SUMMARIES: Readonly<Record<CommandName | JobEventName | NoticeName, string>> = {
  'job:subscribe': 'Receive the events of one job, after a position or from a snapshot.',
  'job:unsubscribe': 'Receive no more of one job.',
  'job:cancel': 'Ask the worker to stop.',
  'job:resume': 'Continue a paused job, or try a failed one again.',
  'jobs:watch': 'Hear of the owner’s jobs as they are created and change status.',
  'auth:refresh': 'Replace the token by a newer one of the same user.',
  'job:created': 'The job exists. Always sequence 1.',
  'job:started': 'A worker has begun.',
  'job:progress': 'How far it is; null is indeterminate.',
  'job:step': 'A step began or ended.',
  'model:chunk:v1': 'Text that a model wrote. Consecutive chunks may be merged on their way.',
  'job:paused': 'The worker waits.',
  'job:resumed': 'A worker goes on.',
  'job:completed': 'The job ended well. Nothing follows.',
  'job:failed': 'The job failed. Something follows only if the error is retryable.',
  'job:cancelled': 'The worker stopped as asked. Nothing follows.',
  'jobs:changed': 'A job of a watching owner was created or changed its status.',
  'job:reset': 'The log was replaced: this state takes the place of all that was known.',
  'job:notice': 'A cancel or resume was requested, or the worker fell silent or came back.',
  'auth:expiring': 'The token ends soon.',
  'auth:expired': 'The token has ended; the connection closes after this.',
  'server:draining': 'The server goes down; when this client should return.',
  'server:degraded': 'The log store is out of reach, or is back.',
};

const schema = (name: string): { $ref: string } => ({ $ref: `#/components/schemas/${name}` });
const inChannel = (message: string): { $ref: string } => ({ $ref: `#/channels/realtime/messages/${message}` });

function eventMessage(name: CommandName | JobEventName | NoticeName): object {
  return { name, summary: SUMMARIES[name], contentType: 'application/json', payload: schema(payloadName(name)) };
}

function messages(): Record<string, object> {
  const events = [...COMMAND_NAMES, ...JOB_EVENT_NAMES, ...NOTICE_NAMES];
  return Object.fromEntries([
    ...events.map((name): [string, object] => [pascalName(name), eventMessage(name)]),
    ...COMMAND_NAMES.map((name): [string, object] => [
      ackName(name),
      {
        name: `${name} (ack)`,
        summary: `The answer to ${name}.`,
        contentType: 'application/json',
        payload: schema(ackName(name)),
      },
    ]),
  ]);
}

function commandOperation(name: CommandName): [string, object] {
  const operation = {
    action: 'receive',
    channel: { $ref: '#/channels/realtime' },
    summary: SUMMARIES[name],
    messages: [inChannel(pascalName(name))],
    reply: { channel: { $ref: '#/channels/realtime' }, messages: [inChannel(ackName(name))] },
  };
  return [`on${pascalName(name)}`, operation];
}

function sendOperation(summary: string, names: readonly (JobEventName | NoticeName)[]): object {
  return {
    action: 'send',
    channel: { $ref: '#/channels/realtime' },
    summary,
    messages: names.map((name) => inChannel(pascalName(name))),
  };
}

/** The Socket.IO side of the contract as an AsyncAPI 3 document, written from the server's point of view. */
export function asyncApiDocument(): object {
  const names = Object.keys(messages());
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Regen Realtime',
      version: '1.0.0',
      description:
        'Live AI jobs over Socket.IO. Generated from packages/shared/schemas.ts by npm run protocol; docs/protocol.md says what it means.',
      license: { name: 'MIT' },
    },
    defaultContentType: 'application/json',
    servers: {
      development: {
        host: 'localhost:3000',
        protocol: 'socket.io',
        description: 'Socket.IO 4, namespace /, default path. The handshake carries auth: { token }.',
      },
    },
    channels: {
      realtime: {
        address: '/',
        summary: 'One connection of one user. A message’s name is the Socket.IO event.',
        messages: Object.fromEntries(names.map((name) => [name, { $ref: `#/components/messages/${name}` }])),
      },
    },
    operations: {
      ...Object.fromEntries(COMMAND_NAMES.map(commandOperation)),
      sendJobEvents: sendOperation('The numbered events of a subscribed job, live and replayed.', JOB_EVENT_NAMES),
      sendNotices: sendOperation('Notices: without a number, safe to repeat.', NOTICE_NAMES),
    },
    components: { messages: messages(), schemas: wireSchemas('draft-07', '#/components/schemas/') },
  };
}
