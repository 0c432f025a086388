/** `parameters.docs` of an example: *Show code* shows its whole file. */
export function shown(source: string): { source: { code: string; language: 'tsx' } } {
  return { source: { code: source, language: 'tsx' } };
}
