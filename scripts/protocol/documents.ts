import { format, resolveConfig } from 'prettier';
import { asyncApiDocument } from './asyncApi.ts';
import { schemaBundle } from './jsonSchemas.ts';

/** The generated documents by file name in docs/protocol, formatted as they are stored. */
export async function protocolDocuments(): Promise<Readonly<Record<string, string>>> {
  const options = await resolveConfig('docs/protocol/asyncapi.json');
  const stored = (document: object): Promise<string> =>
    format(JSON.stringify(document), { ...options, parser: 'json', objectWrap: 'collapse' });
  return { 'asyncapi.json': await stored(asyncApiDocument()), 'schemas.json': await stored(schemaBundle()) };
}
