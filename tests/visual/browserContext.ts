/** The surroundings of every picture, Playwright's names. Vitest scales its frame into a smaller window, hence the size. */
export const CONTEXT = {
  viewport: { width: 1600, height: 2000 },
  deviceScaleFactor: 1,
  locale: 'en-US',
  timezoneId: 'UTC',
};
