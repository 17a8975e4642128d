import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';

const main = resolve('dist/cli/main.js');
const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

function makeFolder(config: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'drisc-serve-'));
  endings.push(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'drisc.config.yaml'), config);
  return folder;
}

interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

async function drisc(cwd: string, ...args: string[]): Promise<Ran> {
  return promisify(execFile)(process.execPath, [main, ...args], { cwd }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: unknown) => error as Ran,
  );
}

/** `drisc serve --json`, line by line. */
async function serve(cwd: string, ...args: string[]) {
  const child = spawn(process.execPath, [main, 'serve', '--port', '0', '--json', ...args], { cwd });
  const exited = once(child, 'exit');
  endings.push(() => (child.exitCode === null ? (child.kill('SIGKILL'), exited) : undefined));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (event: string): Promise<any> => {
    for (;;) {
      const { value, done } = await lines.next();
      if (done) throw new Error(`the command ended without ${event}`);
      const line = JSON.parse(value);
      if (line.event === event) return line;
    }
  };
  return { ready: await next('ready'), next, child, exited };
}

describe('drisc serve', () => {
  it(
    'reads a changed configuration while sessions live, and keeps the last good one',
    { timeout: 60_000 },
    async () => {
      const folder = makeFolder('offers: [{ id: S1, limit: 1 }]\n');
      const file = join(folder, 'drisc.config.yaml');
      const { ready, next, child, exited } = await serve(folder, '--watch', '--quiet');
      const create = async () =>
        (
          await fetch(`${ready.url}/sessions`, {
            method: 'POST',
            headers: { authorization: `Bearer ${ready.tokens[0].token}` },
            body: '{"offerId":"S1"}',
          })
        ).status;
      expect([await create(), await create()]).toEqual([200, 403]);

      writeFileSync(file, 'offers: [{ id: S1, limit: 2 }]\nsettings: { limitStatus: 429 }\n');
      await next('reloaded');
      expect([await create(), await create()]).toEqual([200, 429]);

      writeFileSync(file, 'offers: [{ id: S1, limmit: 3 }]\n');
      const refused = await next('reload-refused');
      expect(refused.message).toContain(
        'drisc.config.yaml:1:20: unknown key "limmit"; did you mean "limit"?',
      );
      expect(await create()).toBe(429);
      child.kill('SIGTERM');
      expect((await exited)[0]).toBe(0);
    },
  );

  it('is led by drisc ctl, with a fault, a ghost and the virtual clock', { timeout: 60_000 }, async () => {
    const folder = makeFolder('offers: [{ id: S1, limit: 1 }]\n');
    const { ready } = await serve(folder, '--clock', 'virtual', '--quiet');
    const ctl = async (...args: string[]) => {
      const ran = await drisc(folder, 'ctl', '--url', ready.url, '--token', ready.controlToken, ...args);
      return ran.code === 0 ? JSON.parse(ran.stdout) : ran;
    };
    expect(await ctl('add-ghost', '1001', 'offerId=S1', 'behaviour=mute')).toMatchObject({
      received: ['OK'],
    });
    expect(
      await ctl('add-fault', 'lose-frame', 'action=OK', 'times=1', 'scope.customerId=1002'),
    ).toMatchObject({
      fault: { kind: 'lose-frame', scope: { customerId: '1002' } },
    });
    const { sessions } = await ctl('list-sessions', 'customerId=1001');
    await ctl('ping-session', sessions[0].id);
    expect(await ctl('advance-clock', '5000')).toMatchObject({ fired: [{ timer: 'pongTimeout' }] });
    expect((await ctl('list-sessions')).sessions).toEqual([]);
    expect(await ctl('ping-session', 'none')).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('there is no session "none"'),
    });
    expect(await ctl('add-fault', 'lose-frme')).toMatchObject({ code: 2 });
    const wrong = await drisc(folder, 'ctl', '--url', ready.url, '--token', 'wrong', 'list-pools');
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('Send the control token') });
  });

  it('puts an app into a scenario of a folder, as the file stands then', { timeout: 60_000 }, async () => {
    const folder = makeFolder('offers: [{ id: S1, limit: 2 }]\n');
    const file = join(folder, 'mine.scenario.yaml');
    const write = (limit: number) =>
      writeFileSync(
        file,
        `drisc: 1\ntitle: mine\nwhy: mine\ngiven: { limit: ${limit}, devices: { tv: playing } }\nsteps:\n  - user: presses play\n  - app: is answered 403\n`,
      );
    write(1);
    const { ready } = await serve(folder, '--quiet', '--scenarios', folder);
    const create = async () => {
      const headers = { authorization: `Bearer ${ready.tokens[0].token}`, 'x-drisc-scenario': 'mine' };
      const answer = await fetch(`${ready.url}/sessions`, {
        method: 'POST',
        headers,
        body: '{"offerId":"S1"}',
      });
      return { status: answer.status, ...((await answer.json()) as { message?: string }) };
    };
    expect((await create()).status).toBe(403);
    const args = ['ctl', '--url', ready.url, '--token', ready.controlToken];
    const { plays } = JSON.parse((await drisc(folder, ...args, 'show-scenario-plays')).stdout);
    expect(plays).toMatchObject([{ scenario: 'mine', state: 'pass', customerId: '1001' }]);
    write(2);
    expect((await create()).status).toBe(200);
    await drisc(folder, ...args, 'switch-scenario-off', '1001');
    writeFileSync(file, 'drisc: 1\ntitle: mine\nwhy: mine\nsteps:\n  - user: preses play\n');
    expect(await create()).toMatchObject({
      status: 409,
      message: expect.stringMatching(/mine\.scenario\.yaml:5:11: .*did you mean "presses play"/),
    });
    const refused = await drisc(folder, 'serve', '--port', '0', '--scenarios', folder);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('mine.scenario.yaml:5:11') });
    const missing = await drisc(folder, 'serve', '--port', '0', '--scenarios', 'nowhere');
    expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining('cannot read nowhere') });
  });
});

describe('drisc token and drisc doctor', () => {
  it('mint tokens that the server takes or refuses', { timeout: 60_000 }, async () => {
    const folder = makeFolder('publishers: [{ id: p, secret: a secret of my own }]\n');
    const { ready } = await serve(folder, '--quiet');
    const status = async (...args: string[]) => {
      const { stdout } = await drisc(folder, 'token', '7', ...args);
      const headers = { authorization: `Bearer ${stdout.trim()}` };
      return (await fetch(`${ready.url}/sessions`, { method: 'POST', headers, body: '{"tag":"live"}' }))
        .status;
    };
    expect(await status()).toBe(200);
    expect(await status('--flaw', 'expired')).toBe(401);
    expect(await status('--secret', 'another')).toBe(401);
  });

  it('say what is configured and from where, without secrets', { timeout: 60_000 }, async () => {
    const folder = makeFolder('port: 0\npublishers: [{ id: p, secret: a secret of my own }]\n');
    const { code, stdout } = await drisc(folder, 'doctor', '--pong-timeout', '2s');
    expect(code).toBe(0);
    expect(stdout).toMatch(/settings\.pongTimeout +2000 +flag/);
    expect(stdout).toMatch(/port +0 +file/);
    expect(stdout).not.toContain('a secret of my own');
    writeFileSync(join(folder, 'drisc.config.yaml'), 'publishers: [{ id: p, jwks: no-such.json }]\n');
    const broken = await drisc(folder, 'doctor', '--port', '0');
    expect(broken.code).toBe(3);
    expect(broken.stdout).toContain('cannot read the key set');
  });
});
