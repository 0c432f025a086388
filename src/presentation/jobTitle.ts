/** Line breaks, tabs and other control characters, and the spaces around them. */
const BREAKS = /[\s\p{Cc}]+/gu;
/** A character that leaves a mark: spaces and those that only steer other characters do not. */
const VISIBLE = /[^\s\p{Cc}\p{Default_Ignorable_Code_Point}]/u;

/** A job's title in one line; empty where nothing of it can be seen, so that the catalogue names the job. */
export function titleOf({ title }: { title: string }): string {
  return VISIBLE.test(title) ? title.replace(BREAKS, ' ').trim() : '';
}
