import { toJsonSchemaDefs, type ConversionConfig, type JsonSchema } from '@valibot/to-json-schema';
import { namedSchemas } from './schemaNames.ts';

/** What JSON Schema cannot say stays as a comment: what a check demands. Numbers in JSON are finite anyway. */
const overrideAction: NonNullable<ConversionConfig['overrideAction']> = ({ valibotAction, jsonSchema }) => {
  if (valibotAction.type === 'finite') return jsonSchema;
  if (valibotAction.type !== 'check') return undefined;
  const { message } = valibotAction as { message?: unknown };
  return typeof message === 'string' ? { ...jsonSchema, $comment: message } : jsonSchema;
};

/**
 * Every schema of the wire by its name, as a sender must fill it in.
 *
 * @param prefix what stands before a name in a `$ref`
 */
export function wireSchemas(
  target: NonNullable<ConversionConfig['target']>,
  prefix: string,
): Readonly<Record<string, JsonSchema>> {
  return toJsonSchemaDefs(namedSchemas(), {
    target,
    typeMode: 'input',
    errorMode: 'throw',
    overrideAction,
    overrideRef: ({ referenceId }) => `${prefix}${referenceId}`,
  });
}

/** All shapes in one file; each is `#/$defs/<name>`. */
export function schemaBundle(): object {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $comment: 'Generated from packages/shared/schemas.ts by npm run protocol.',
    title: 'Regen Realtime, version 1',
    $defs: wireSchemas('draft-2020-12', '#/$defs/'),
  };
}
