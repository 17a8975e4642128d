import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** Where the manifest of this package stands, whether it runs from its sources or as it was built. */
export const MANIFEST_PATH = require.resolve('drisckit/package.json');

/** The version of this package. */
export const VERSION = (require(MANIFEST_PATH) as { version: string }).version;
