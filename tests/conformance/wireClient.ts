import {
  ACK_SCHEMAS,
  JOB_EVENT_SCHEMAS,
  NOTICE_SCHEMAS,
  describeIssues,
  handshakeErrorSchema,
  type Ack,
  type CommandError,
  type CommandName,
  type CommandPayloads,
  type CommandResults,
  type HandshakeError,
  type JobEventName,
  type JobEventPayloads,
  type NoticePayloads,
} from '@regen/realtime-shared';
import * as v from 'valibot';
import type { Socket } from 'socket.io-client';
import type { WireHarness } from './wireHarness.ts';

type ServerPayloads = JobEventPayloads & NoticePayloads;

/** A raw client that writes down what it hears, and whether it fits the schemas. */
export interface WireClient {
  readonly socket: Socket;
  /** In the order of arrival: events, and acks as `ack job:subscribe`. */
  readonly heard: readonly { name: string; payload: unknown; args: number }[];
  /** What did not fit. */
  readonly misfits: readonly string[];
  /** Why the connection ended, as socket.io-client says it. */
  readonly disconnectReason: string | undefined;
  readonly refusal: HandshakeError | undefined;
  of<Name extends keyof ServerPayloads>(name: Name): ServerPayloads[Name][];
  /** The sequenced events of a job with their names. */
  events(jobId?: string): ({ type: JobEventName } & JobEventPayloads[JobEventName])[];
  /** Waits for the ack; throws where there is none. */
  command<Name extends CommandName>(name: Name, payload: CommandPayloads[Name]): Promise<Ack<CommandResults[Name]>>;
  /** The same for a payload that may break the contract. */
  send(name: string, ...args: unknown[]): Promise<Ack<Record<string, unknown>>>;
  /** Waits for an ok ack. */
  ok<Name extends CommandName>(name: Name, payload: CommandPayloads[Name]): Promise<CommandResults[Name]>;
  /** Waits for an error. */
  refused(name: string, ...args: unknown[]): Promise<CommandError>;
}

/** Lets time pass until something is so; throws where it does not become so in `withinMs`. */
export async function until(harness: WireHarness, isSo: () => boolean, what: string, withinMs = 2_000): Promise<void> {
  await harness.settle();
  for (let waited = 0; !isSo(); waited += 10) {
    if (waited >= withinMs) throw new Error(`Waited ${String(withinMs)} ms in vain for ${what}.`);
    await harness.advance(10);
  }
}

export function watchSocket(harness: WireHarness, socket: Socket): WireClient {
  const heard: { name: string; payload: unknown; args: number }[] = [];
  const misfits: string[] = [];
  let disconnectReason: string | undefined;
  let refusal: HandshakeError | undefined;

  function fits(name: string, schema: v.GenericSchema<unknown, unknown> | undefined, value: unknown): void {
    if (schema === undefined) {
      misfits.push(`${name} is no event of the protocol`);
      return;
    }
    const parsed = v.safeParse(schema, value);
    if (!parsed.success) misfits.push(`${name}: ${describeIssues(parsed.issues)}`);
  }

  const schemas: Record<string, v.GenericSchema<unknown, unknown>> = { ...JOB_EVENT_SCHEMAS, ...NOTICE_SCHEMAS };
  socket.onAny((name: string, ...args: unknown[]) => {
    heard.push({ name, payload: args[0], args: args.length });
    fits(name, schemas[name], args[0]);
  });
  socket.on('disconnect', (reason) => {
    disconnectReason = reason;
  });
  socket.on('connect_error', (error: Error & { data?: unknown }) => {
    fits('connect_error', handshakeErrorSchema, error.data);
    const parsed = v.safeParse(handshakeErrorSchema, error.data);
    if (parsed.success) refusal = parsed.output;
  });

  async function send(name: string, ...args: unknown[]): Promise<Ack<Record<string, unknown>>> {
    let answer: { value: unknown } | undefined;
    socket.emit(name, ...args, (value: unknown) => {
      answer = { value };
      heard.push({ name: `ack ${name}`, payload: value, args: 1 });
    });
    await until(harness, () => answer !== undefined, `the ack of ${name}`);
    const acks: Record<string, v.GenericSchema<unknown, unknown>> = ACK_SCHEMAS;
    fits(`ack ${name}`, acks[name], answer?.value);
    // Checked against its schema just now; a misfit fails the case.
    return answer?.value as Ack<Record<string, unknown>>;
  }

  // The ack's schema belongs to the command's name.
  const command = async <Name extends CommandName>(
    name: Name,
    payload: CommandPayloads[Name],
  ): Promise<Ack<CommandResults[Name]>> => (await send(name, payload)) as Ack<CommandResults[Name]>;

  return {
    socket,
    heard,
    misfits,
    get disconnectReason() {
      return disconnectReason;
    },
    get refusal() {
      return refusal;
    },
    of: <Name extends keyof ServerPayloads>(name: Name) =>
      heard.filter((each) => each.name === name).map((each) => each.payload as ServerPayloads[Name]),
    events: (jobId) =>
      heard
        .filter((each) => Object.hasOwn(JOB_EVENT_SCHEMAS, each.name))
        .map((each) => ({
          type: each.name as JobEventName,
          ...(each.payload as JobEventPayloads[JobEventName]),
        }))
        .filter((event) => jobId === undefined || event.jobId === jobId),
    command,
    send,
    ok: async <Name extends CommandName>(name: Name, payload: CommandPayloads[Name]) => {
      const answer = await command(name, payload);
      if (!answer.ok) throw new Error(`${name} was refused: ${answer.error.code}: ${answer.error.message}`);
      return answer;
    },
    refused: async (name, ...args) => {
      const answer = await send(name, ...args);
      if (answer.ok) throw new Error(`${name} was not refused.`);
      return answer.error;
    },
  };
}
