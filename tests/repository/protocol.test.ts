import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { EVENTS, appendRequestSchema } from '@regen/realtime-shared';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { protocolDocuments } from '../../scripts/protocol/documents.ts';

const folder = join(process.cwd(), 'docs', 'protocol');
const documents = await protocolDocuments();

interface AsyncApi {
  components: { messages: Record<string, { name: string }> };
  operations: Record<string, { messages: { $ref: string }[]; reply?: { messages: { $ref: string }[] } }>;
}
const asyncApi = JSON.parse(documents['asyncapi.json'] ?? '') as AsyncApi;

function referencesOf(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) =>
    key === '$ref' && typeof value === 'string' ? [value] : referencesOf(value),
  );
}

function resolve(document: unknown, reference: string): unknown {
  return reference
    .slice(2)
    .split('/')
    .reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[key], document);
}

test.each(Object.keys(documents))('docs/protocol/%s is what npm run protocol writes', (name) => {
  expect(readFileSync(join(folder, name), 'utf8')).toBe(documents[name]);
});

test('docs/protocol holds nothing but what is generated', () => {
  expect(readdirSync(folder).sort()).toEqual(Object.keys(documents).sort());
});

test.each(Object.keys(documents))('every reference in docs/protocol/%s leads somewhere', (name) => {
  const document: unknown = JSON.parse(documents[name] ?? '');
  const references = referencesOf(document);
  expect(references.length).toBeGreaterThan(20);
  expect(references.filter((reference) => resolve(document, reference) === undefined)).toEqual([]);
});

test('the AsyncAPI document has every event that is emitted, and sends, receives or answers with each message', () => {
  const names = Object.values(asyncApi.components.messages).map(({ name }) => name);
  for (const event of Object.values(EVENTS)) {
    if (event !== EVENTS.JOB_CHUNK) expect(names).toContain(event);
  }
  const used = Object.values(asyncApi.operations).flatMap(({ messages, reply }) => [
    ...messages,
    ...(reply?.messages ?? []),
  ]);
  expect(used.map(({ $ref }) => $ref.split('/').at(-1)).sort()).toEqual(
    Object.keys(asyncApi.components.messages).sort(),
  );
});

test('docs/protocol.md names every event', () => {
  const text = readFileSync(join(process.cwd(), 'docs', 'protocol.md'), 'utf8');
  expect(Object.values(EVENTS).filter((event) => !text.includes(`\`${event}\``))).toEqual([]);
});

test('the body in docs/protocol.md is one that a worker may send', () => {
  const text = readFileSync(join(process.cwd(), 'docs', 'protocol.md'), 'utf8');
  const body = /^```json\n([^]*?)^```$/m.exec(text)?.[1] ?? '';
  expect(v.safeParse(appendRequestSchema, JSON.parse(body))).toMatchObject({ success: true });
});
