/** Cuts a text into pieces of about a model's token, the same each time. Joined, they are the text. */
export function tokensOf(text: string, anywhere = false): string[] {
  if (anywhere) return text.match(/[^]{1,3}/g) ?? [];
  return text.match(/\s*[^\s]{1,6}|\s+$/gu) ?? [];
}
