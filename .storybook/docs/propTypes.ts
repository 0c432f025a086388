import { extractComponentProps } from 'storybook/internal/docs-tools';
import type { StrictArgTypes } from 'storybook/internal/types';

/** A type as react-docgen reads it. */
export interface ReadType {
  /** Its own name, or its kind, such as `union` and `literal`; `unknown` where it is of no kind that has one. */
  name: string;
  /** As the source says it; a plain name has none. */
  raw?: string;
  /** Of a literal, with its quotes. */
  value?: string;
  elements?: readonly ReadType[];
}

type Component = Parameters<typeof extractComponentProps>[0];

/** A type in TypeScript's words: a union by its members, as far as they were read, and all else as in the source. */
function typeText({ name, raw, value, elements }: ReadType): string {
  if (name === 'union' && elements !== undefined && elements.every((member) => member.name !== 'unknown'))
    return elements.map(typeText).join(' | ');
  return value ?? raw ?? name;
}

/** A prop's type in TypeScript's words. Of an optional one without `undefined`: that it may be left out is said already. */
export function propTypeText(type: ReadType, isRequired: boolean): string {
  if (isRequired || type.name !== 'union') return typeText(type);
  const elements = type.elements?.filter(({ name }) => name !== 'undefined') ?? [];
  const raw = type.raw?.replace(/^undefined\s*\|\s*|\s*\|\s*undefined$/g, '') ?? type.name;
  return typeText({
    ...type,
    elements,
    // What was alone with it, such as a function, needs its parentheses no longer.
    raw: elements.length === 1 ? raw.replace(/^\((.*)\)$/s, '$1') : raw,
  });
}

/** `parameters.docs.extractArgTypes`: Storybook's own says `union` in the place of any type that is one. */
export function extractArgTypes(component: Component): StrictArgTypes | null {
  const rows = extractComponentProps(component, 'props').map(({ propDef, docgenInfo }) => {
    const { name, description, sbType, required, type, defaultValue, jsDocTags } = propDef;
    const { tsType } = docgenInfo as { tsType?: ReadType };
    const summary = tsType === undefined ? type?.summary : propTypeText(tsType, required);
    const table = { type: { summary }, defaultValue: defaultValue ?? undefined, jsDocTags };
    return [name, { name, description, type: { required, ...sbType }, table }] as const;
  });
  return rows.length === 0 ? null : (Object.fromEntries(rows) as StrictArgTypes);
}
