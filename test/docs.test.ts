import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createSimulator } from '../simulator/simulator.ts';

const PAGES = ['.', 'docs', 'decisions', 'scenarios', 'examples'].flatMap((folder) =>
  readdirSync(folder, { recursive: folder !== '.', encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => join(folder, path)),
);

/** Where a link may point to inside a page: its headings, as GitHub names them, and the anchors set by hand. */
function anchorsOf(page: string): Set<string> {
  const text = readFileSync(page, 'utf8');
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
  return new Set([...headings, ...[...text.matchAll(/<a id="([^"]+)"/g)].map(([, id = '']) => id)]);
}

describe('the pages', () => {
  it.each(PAGES)('%s has no link within the project that leads nowhere', (page) => {
    const prose = readFileSync(page, 'utf8').replaceAll(/^```.*?^```/gms, '');
    const links = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
    const dead = links.filter((link) => {
      if (/^[a-z]+:/.test(link)) return false;
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? page : resolve(dirname(page), path);
      return !existsSync(target) || (anchor !== undefined && !anchorsOf(target).has(anchor));
    });
    expect(dead).toEqual([]);
  });

  it('docs/test-a-server.md: the subject file is one, and first contact works with it', async () => {
    await using simulator = createSimulator({
      publishers: [
        { id: '1000', secret: 'its-secret' },
        { id: '2000', secret: 'its-secret', enabled: false },
      ],
    });
    const url = await simulator.listen();
    const [, yaml = ''] = /```yaml\n(.*?)```/s.exec(readFileSync('docs/test-a-server.md', 'utf8')) ?? [];
    const file = join(mkdtempSync(join(tmpdir(), 'drisc-docs-')), 'staging.yaml');
    writeFileSync(file, yaml.replace('https://drisc.staging.example', url));
    const drisc = async (...words: string[]): Promise<string> => {
      const env = { ...process.env, DRISC_SECRET: 'its-secret' };
      const command = ['dist/cli/main.js', 'test', 'server', ...words, '--subject', file];
      return (await promisify(execFile)(process.execPath, command, { env })).stdout;
    };
    expect(await drisc('smoke')).toContain('First contact works');
    expect(await drisc('--dry-run')).toMatch(/limit 2, PONG deadline auto, made-up customers/);
  });
});
