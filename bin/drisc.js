#!/usr/bin/env node
// Stands in the repository, so that npm can link it before anything is built.
import { existsSync } from 'node:fs';

const main = new URL('../dist/cli/main.js', import.meta.url);
if (existsSync(main)) await import(main.href);
else {
  process.stderr.write(
    'error: drisc is not built yet: run "npm run build", or "npm start" to see it at work\n',
  );
  process.exitCode = 3;
}
