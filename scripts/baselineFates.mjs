/**
 * How the run of a project with pictures went, as tests/visual/runRecord.ts leaves it.
 *
 * @typedef {object} RunRecord
 * @property {Record<string, boolean>} stories  each story that is known, and whether its test came to its end: then it has asked for all of its pictures
 * @property {boolean} isWhole  every file of stories was read, so a story that is not listed does not exist
 */

/**
 * @typedef {object} Fates
 * @property {string[]} unused  no story asks for these
 * @property {string[]} unknown  their stories failed or did not run, so nothing is known of these
 */

/**
 * The story that a baseline is of: `components-rail--half-way` for `…/light/components-rail/half-way_narrow.png`.
 * @param {string} path
 */
function storyOf(path) {
  const [component, file = ''] = path.split(/[\\/]/).slice(-2);
  return `${component}--${file.replace(/(_[a-z]+)?\.png$/, '')}`;
}

/**
 * What is known of one theme's baselines after a run.
 * @param {string[]} stored  paths
 * @param {Set<string>} asked  paths that stories asked for
 * @param {RunRecord} record
 * @returns {Fates}
 */
export function fatesOf(stored, asked, { stories, isWhole }) {
  const others = stored.filter((path) => !asked.has(path));
  const isUnused = (/** @type {string} */ path) => stories[storyOf(path)] ?? isWhole;
  return { unused: others.filter(isUnused), unknown: others.filter((path) => !isUnused(path)) };
}
