import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { readEnvironment } from './environment.ts';
import { gatherConfig } from './gather-config.ts';
import { loadConfig } from './load-config.ts';

const broken = join(import.meta.dirname, 'broken');
const here = process.cwd();
const made: string[] = [];
afterEach(() => made.splice(0).forEach((folder) => rmSync(folder, { recursive: true })));

function folderWith(name: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'drisc-config-'));
  made.push(folder);
  writeFileSync(join(folder, name), text);
  return folder;
}

const noFlags = { takeover: true, drisc: true };

async function messageOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => new Error('it was accepted'),
    (reason: Error) => reason,
  );
  return `${error.message.replaceAll(`${here}/`, '')}\n`;
}

describe('a configuration file that is wrong', () => {
  const files = readdirSync(broken).filter((name) => !name.endsWith('.txt'));

  it.each(files)('%s is refused with the place of each mistake', async (name) => {
    const message = await messageOf(loadConfig(join(broken, name)));
    expect(message).toContain(relative(here, join(broken, name)));
    await expect(message).toMatchFileSnapshot(join(broken, `${name}.txt`));
  });

  it('is refused by the name of the variable where the environment is wrong', () => {
    expect(() => readEnvironment({ DRISC_PRT: '1', PATH: '' })).toThrow(
      'DRISC_PRT: there is no such variable; did you mean "DRISC_PORT"?',
    );
    expect(() => readEnvironment({ DRISC_BAD_FRAMES: 'closed' })).toThrow(
      'DRISC_BAD_FRAMES: badFrames: expected one of ignore, close, got "closed"; did you mean "close"?',
    );
  });
});

describe('a configuration', () => {
  it.each([
    ['drisc.config.yaml', 'port: 4999\nsettings: { pongTimeout: 7 }\n'],
    ['drisc.config.json', '{ "port": 4999, "settings": { "pongTimeout": 7 } }'],
    ['drisc.config.js', 'export default { port: 4999, settings: { pongTimeout: 7 } };'],
    ['drisc.config.ts', 'const port: number = 4999;\nexport default { port, settings: { pongTimeout: 7 } };'],
  ])('is read from %s', async (name, text) => {
    const { config, file, sources } = await gatherConfig(noFlags, {}, folderWith(name, text));
    expect(file).toContain(name);
    expect(config).toMatchObject({
      port: 4999,
      host: '127.0.0.1',
      settings: { pongTimeout: 7, badFrames: 'ignore' },
    });
    expect(sources.get('settings.pongTimeout')).toBe('file');
    expect(sources.get('host')).toBe('default');
  });

  it('tells offers apart by their publisher and id, whatever characters these have', async () => {
    const [one, other] = ['{ id: b c, publisherId: a }', '{ id: c, publisherId: a b }'];
    const two = folderWith('drisc.config.yaml', `offers: [${one}, ${other}]\n`);
    expect((await gatherConfig(noFlags, {}, two)).config.offers).toHaveLength(2);
    const twice = folderWith('drisc.config.yaml', `offers: [${one}, ${other}, ${other}]\n`);
    await expect(gatherConfig(noFlags, {}, twice)).rejects.toThrow('offers: "c" is given twice');
  });

  it('takes a flag before a variable before a file before a default', async () => {
    const folder = folderWith(
      'drisc.config.yaml',
      'port: 1\nseed: 1\nhost: file\nsettings: { pongTimeout: 1 }\n',
    );
    const env = { DRISC_PORT: '2', DRISC_SEED: '2', DRISC_PONG_TIMEOUT: '2s' };
    const { config, sources } = await gatherConfig({ ...noFlags, port: 3 }, env, folder);
    expect(config).toMatchObject({
      port: 3,
      seed: 2,
      host: 'file',
      clock: 'real',
      settings: { pongTimeout: 2000 },
    });
    expect(
      ['port', 'seed', 'host', 'clock', 'settings.pongTimeout'].map((path) => sources.get(path)),
    ).toEqual(['flag', 'environment', 'file', 'default', 'environment']);
  });
});
