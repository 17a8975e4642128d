/** What bundles for browsers take in place of `version.ts` (package.json, `browser`): there is no manifest to read. */
export const VERSION = 'in a page';
