import { execFile } from 'node:child_process';
import { serveFolder } from '../contracts/subject/page/serve-folder.ts';
import { plantWebPlayer } from './plant-web-player.ts';

/** A test that Playwright ran: what was thrown in it, and what its report has, by name and as text. */
export interface RanTest {
  readonly title: string;
  readonly status: string;
  readonly message: string;
  readonly attachments: Readonly<Record<string, string>>;
}

interface Suite {
  specs?: { title: string; tests: { results: Result[] }[] }[];
  suites?: Suite[];
}
interface Result {
  status: string;
  errors: { message: string }[];
  attachments: { name: string; body?: string }[];
}

/**
 * Runs a project of Playwright's by its command, as a user does, against the web player.
 * @param config a configuration, or the folder that has one
 * @throws {Error} when it has not run, or complains
 */
export async function runPlaywright(config: string): Promise<RanTest[]> {
  await using player = await serveFolder(await plantWebPlayer());
  const command = ['node_modules/@playwright/test/cli.js', 'test', '-c', config, '--reporter=json'];
  const env = { ...process.env, PLAYER_URL: player.url, NO_COLOR: undefined, FORCE_COLOR: '0' };
  const { out, errors } = await new Promise<{ out: string; errors: string }>((resolve) => {
    // It ends with 1 where a test fails, which may be what is wanted.
    execFile(process.execPath, command, { env, maxBuffer: 2 ** 28 }, (_, stdout, stderr) =>
      resolve({ out: stdout, errors: stderr }),
    );
  });
  if (errors !== '' || !out.startsWith('{')) throw new Error(`playwright said:\n${errors}${out}`);
  const report = JSON.parse(out) as Suite & { errors: { message: string }[] };
  if (report.errors.length > 0) throw new Error(report.errors.map(({ message }) => message).join('\n'));
  return listTests(report);
}

function listTests({ specs = [], suites = [] }: Suite): RanTest[] {
  const own = specs.map(({ title, tests }) => {
    const { status, errors, attachments } = tests[0]!.results[0]!;
    const bodies = attachments.map(({ name, body = '' }) => [name, Buffer.from(body, 'base64').toString()]);
    return {
      title,
      status,
      message: errors.map(({ message }) => message).join('\n'),
      attachments: Object.fromEntries(bodies) as Record<string, string>,
    };
  });
  return [...own, ...suites.flatMap(listTests)];
}
