import { createRequire } from 'node:module';
import { dirname } from 'node:path';

const require = createRequire(import.meta.url);
const manifestPath = require.resolve('drisckit/package.json');
const manifest = require(manifestPath) as { version: string };

/** The version of this package. */
export const VERSION = manifest.version;

/** The folder that the package stands in, whether it runs from its sources or as it was built. */
export const PACKAGE_ROOT = dirname(manifestPath);
