import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runClientContract } from '../client/run-client-contract.ts';
import { PLAY, situation, wait } from '../client/situations/steps.ts';
import type { Situation } from '../client/situation.ts';
import { attachModule } from './module-client.ts';

const folder = mkdtempSync(join(tmpdir(), 'drisc-module-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

function write(text: string): string {
  files += 1;
  const file = join(folder, `client-${files}.ts`);
  writeFileSync(file, text);
  return file;
}

async function judge(text: string, ...situations: Situation[]) {
  await using client = await attachModule({ file: write(text), lanes: 2 });
  return runClientContract(client, { situations });
}

/** A client that asks for a session and does no more, as a module with these members too. */
const asking = (members: string): string => `
  let many = 0;
  export default {
    async start({ baseUrl, token, offerId, sessionName }: Record<string, string>, context: any) {
      many += 1;
      const headers = { authorization: 'Bearer ' + token, 'content-type': 'application/json' };
      await fetch(baseUrl + '/sessions', { method: 'POST', headers, body: JSON.stringify({ offerId, sessionName }) });
      context.error('times: ' + many);
      ${members}`;

describe('a client that is a module', () => {
  it.each([
    [
      'export const client = {};',
      'it has no default export, only client; expected export default defineClient({',
    ],
    ['export default 7;', 'its default export is a number'],
    ['export default null;', 'its default export is null'],
    ['export default { start() {} };', 'the client has no stop'],
    ['export default {};', 'the client has no start and no stop'],
    ['export default { start: 1, stop() {} };', 'start is a number; expected a function'],
    ['export default { start() {}, stop() {}, takeOver() {} };', 'there is nothing called "takeOver"'],
    ['throw new Error("no\\n🎬 licence");', 'it cannot be run: no\n🎬 licence'],
    ['export default {', 'it cannot be run: '],
    ['import "./is-not-there.ts";', 'it cannot be run: '],
    ['console.error("closing"); process.exit(3);', 'it ended with 3 while it loaded\nclosing'],
  ])('is refused where its text is %j', async (text, problem) => {
    const file = write(text);
    await expect(attachModule({ file })).rejects.toMatchObject({
      code: 'BadModule',
      message: expect.stringContaining(`${file}: ${problem}`),
    });
  });

  it('is reported with what start threw, where it does nothing else', async () => {
    const { rules, notes } = await judge(
      'export default { start() { throw new Error("no </script> 🎬"); }, stop() {} };',
    );
    expect(rules.filter(({ verdict }) => verdict === 'pass')).toEqual([]);
    expect(notes).toEqual([
      'The client sent no request when the user pressed play. It said: start() threw Error: no </script> 🎬',
    ]);
  });

  it('ends by an error that nobody catches, and the harness does not', async () => {
    const text = asking('setTimeout(() => { throw new Error("nobody catches this"); }, 10); }, stop() {} };');
    const { rules } = await judge(text, situation('crash', {}, PLAY, wait('closed', 500)));
    const rule = rules.find(({ id }) => id === 'client/robustness/survives');
    expect(rule?.verdict).toBe('fail');
    expect(rule?.failures[0]?.log?.join('\n')).toContain('nobody catches this');
  });

  it('is loaded anew for each case, unless it can reset', async () => {
    const cases = ['one', 'two', 'three'].map((name) =>
      situation(name, {}, { do: 'start' }, wait('shown', 5_000)),
    );
    const said = async (members: string): Promise<string[]> => {
      const file = write(asking(members));
      await using client = await attachModule({ file, lanes: 1 });
      const { playCase } = await import('../client/play-case.ts');
      const all: string[] = [];
      for (const each of cases) {
        const { trace } = await playCase(client, each);
        all.push(...trace.events.flatMap((event) => (event.kind === 'error' ? [event.message] : [])));
      }
      return all;
    };
    expect(await said('}, stop() {} };')).toEqual(['times: 1', 'times: 1', 'times: 1']);
    expect(await said('}, stop() {}, reset() {} };')).toEqual(['times: 1', 'times: 2', 'times: 3']);
  });

  it('is not put to what it has no function for', async () => {
    const text = asking('}, stop() {} };');
    const { rules } = await judge(
      text,
      situation('reload', {}, { do: 'start' }, { do: 'reload' }, wait('closed', 300)),
    );
    const persistence = rules.filter(({ section }) => section === 'persistence');
    expect(new Set(persistence.map(({ reason }) => reason))).toEqual(
      new Set(['The client has no reload().']),
    );
  });
});
