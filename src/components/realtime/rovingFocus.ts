/** A key with what was held down beside it. */
export type KeyPress = Readonly<Record<'altKey' | 'ctrlKey' | 'metaKey' | 'shiftKey', boolean>> & {
  readonly key: string;
};

/**
 * Where a key moves the focus in a list of `count` that has one stop for Tab; null where the key means nothing here.
 * The ends are ends: nothing wraps around. With another key beside it, it is the browser's.
 */
export function nextIndex(
  press: KeyPress,
  current: number,
  count: number,
  orientation: 'ltr' | 'rtl' | 'vertical',
): number | null {
  if (count === 0 || press.altKey || press.ctrlKey || press.metaKey || press.shiftKey) return null;
  const forward = orientation === 'vertical' ? 'ArrowDown' : orientation === 'ltr' ? 'ArrowRight' : 'ArrowLeft';
  const backward = orientation === 'vertical' ? 'ArrowUp' : orientation === 'ltr' ? 'ArrowLeft' : 'ArrowRight';
  switch (press.key) {
    case forward:
      return Math.min(count - 1, current + 1);
    case backward:
      return Math.max(0, current - 1);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}
