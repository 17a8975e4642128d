import { dirname } from 'node:path';
import { MANIFEST_PATH } from '../simulator/version.ts';

/** The folder that this package stands in, whether it runs from its sources or as it was built. */
export const PACKAGE_ROOT = dirname(MANIFEST_PATH);
