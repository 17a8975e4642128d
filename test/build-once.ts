import { execFileSync } from 'node:child_process';

/** Builds the package before the tests, which run the command as a user has it. */
export default function buildOnce(): void {
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
    stdio: 'inherit',
  });
  execFileSync('npm', ['run', '--silent', 'build:inspector'], { stdio: 'inherit' });
}
