import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { Agent, request as requestHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { chromium } from '@playwright/test';
import type { Browser } from '@playwright/test';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { SERVER_MUTANTS } from '../contracts/mutants/server/catalogue.ts';
import { startServer } from '../contracts/mutants/server/start-mutant.ts';
import { serveFolder } from '../contracts/subject/page/serve-folder.ts';
import { resultSchema } from '../reports/result.ts';
import type { Result, Verdict } from '../reports/result.ts';
import { createCertificate } from '../simulator/host/certificate.ts';
import type { Certificate } from '../simulator/host/certificate.ts';
import { createSimulator } from '../simulator/index.ts';
import type { Simulator } from '../simulator/index.ts';
import { CHROMIUM } from './chromium.ts';
import { plantWebPlayer, WEB_PLAYER } from './plant-web-player.ts';

const DRISC = resolve('dist/cli/main.js');
const folder = mkdtempSync(join(tmpdir(), 'drisc-proxy-'));
const children = new Set<ChildProcess>();
const endings: (() => unknown)[] = [];
let certificate: Certificate;

beforeAll(async () => {
  certificate = await createCertificate(['127.0.0.1', 'localhost'], Date.now());
  writeFileSync(join(folder, 'cert.pem'), certificate.cert);
  writeFileSync(join(folder, 'key.pem'), certificate.key);
  const other = await createCertificate(['127.0.0.1'], Date.now());
  writeFileSync(join(folder, 'other.pem'), other.key);
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
  for (const end of endings.splice(0).reverse()) await end();
});

function run(args: string[], env: Record<string, string> = {}): ChildProcess {
  const child = spawn(process.execPath, args, {
    cwd: folder,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1', NODE_EXTRA_CA_CERTS: join(folder, 'cert.pem'), ...env },
  });
  children.add(child);
  return child;
}

interface RunningProxy {
  readonly url: string;
  /** What it has said on standard error. */
  said(): string;
  /** Ctrl-C. */
  end(): Promise<{ code: number; out: string; result: Result }>;
}

let count = 0;

/** The command as a user has it, with TLS on both sides. */
async function proxy(target: string, ...more: string[]): Promise<RunningProxy> {
  const name = `proxy-${++count}`;
  const tls = ['--ca', 'cert.pem', '--tls-cert', 'cert.pem', '--tls-key', 'key.pem'];
  const files = ['--journal', `${name}.jsonl`, '--har', `${name}.har`, '--report', `json=${name}.json`];
  const child = run([DRISC, 'proxy', '--target', target, '--port', '0', ...tls, ...files, ...more]);
  let said = '';
  child.stderr!.on('data', (data) => void (said += String(data)));
  const out = text(child.stdout!);
  await expect.poll(() => said, { timeout: 30_000 }).toMatch(/proxy at https:\S+/);
  return {
    url: /proxy at (\S+)/.exec(said)![1]!,
    said: () => said,
    async end() {
      const ended = once(child, 'exit');
      child.kill('SIGINT');
      const [code] = (await ended) as [number];
      const result = resultSchema.parse(JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')));
      return { code, out: await out, result };
    },
  };
}

/** Judges a record again. */
async function check(file: string): Promise<{ code: number; result: Result }> {
  const child = run([DRISC, 'check', file, '--report', 'json=again.json', '-q']);
  const [code] = (await once(child, 'exit')) as [number];
  return { code, result: resultSchema.parse(JSON.parse(readFileSync(join(folder, 'again.json'), 'utf8'))) };
}

const ids = ({ rules }: Result, verdict: Verdict): string[] =>
  rules.filter((rule) => rule.verdict === verdict).map(({ id }) => id);

interface DrivenClient {
  say(command: object): void;
  heard(event: object): Promise<void>;
}

/** A real client in a process of its own: the example, or a faulty one. */
function client(mutant?: string): DrivenClient {
  const args =
    mutant === undefined ? [resolve('examples/node-client/main.js')] : [DRISC, 'mutant', 'client', mutant];
  const child = run(args, { DRISC_DRIVER: '1' });
  let heard = '';
  child.stdout!.on('data', (data) => void (heard += String(data)));
  return {
    say: (command) => void child.stdin!.write(`${JSON.stringify(command)}\n`),
    async heard(event) {
      await expect.poll(() => heard, { timeout: 30_000 }).toContain(JSON.stringify(event).slice(1, -1));
    },
  };
}

async function secureSimulator(): Promise<{ simulator: Simulator; target: string; token: string }> {
  const simulator = createSimulator({ offers: [{ id: 'S1', limit: 2 }] });
  endings.push(() => simulator.close());
  const target = await simulator.listen({ tls: certificate });
  return { simulator, target, token: await simulator.token({ customerId: 'c1' }) };
}

const start = (baseUrl: string, token: string, sessionName: string, offerId = 'S1') => ({
  do: 'start',
  baseUrl,
  token,
  offerId,
  sessionName,
});

const framesOf = (simulator: Simulator, action: string): number =>
  simulator.journal.entries({ match: (entry) => entry.kind === 'frame' && entry.action === action }).length;

describe('drisc proxy between real clients and the simulator, TLS on both sides', () => {
  it('judges both ends: two devices that do all right, and the record says the same', async () => {
    const { simulator, target, token } = await secureSimulator();
    const between = await proxy(target);
    const [tv, phone] = [client(), client()];
    for (const [device, name] of [
      [tv, 'Sofa'],
      [phone, 'Train 🎬'],
    ] as const) {
      await device.heard({ event: 'ready' });
      device.say(start(between.url, token, name));
      await device.heard({ event: 'playback', playing: true });
    }
    await expect.poll(() => framesOf(simulator, 'PONG')).toBe(1);
    for (const device of [tv, phone]) device.say({ do: 'stop' });
    await expect.poll(() => framesOf(simulator, 'FINISHED')).toBe(2);
    await expect.poll(() => between.said()).toMatch(/closed by server[^]*closed by server/);
    const { code, out, result } = await between.end();
    expect({ code, failed: ids(result, 'fail'), warned: ids(result, 'warn') }).toEqual({
      code: 0,
      failed: [],
      warned: [],
    });
    expect(out).toContain('requests and messages 18');
    expect(ids(result, 'pass')).toEqual(
      expect.arrayContaining([
        'server/create/grant-below-limit',
        'server/connection/ok-upon-requested',
        'client/request/bearer-token',
        'client/request/token-not-in-url',
        'client/request/endpoint-verbatim',
        'client/gate/requested-first',
        'client/liveness/answers-ping',
      ]),
    );
    for (const file of ['proxy-1.jsonl', 'proxy-1.har']) {
      expect(readFileSync(join(folder, file), 'utf8')).not.toContain(token.split('.')[2]);
      const again = await check(file);
      expect({ file, code: again.code, failed: ids(again.result, 'fail') }).toEqual({
        file,
        code: 0,
        failed: [],
      });
      expect(ids(again.result, 'pass')).toContain('client/liveness/answers-ping');
    }
  });

  it.each([
    ['pong-first', 'client/gate/requested-first'],
    ['mute', 'client/liveness/answers-ping'],
  ])('finds a faulty client, while it speaks: %s', async (mutant, rule) => {
    const { simulator, target, token } = await secureSimulator();
    const between = await proxy(target);
    const faulty = client(mutant);
    await faulty.heard({ event: 'ready' });
    faulty.say(start(between.url, token, 'Faulty'));
    await faulty.heard({ event: 'playback', playing: true });
    const honest = client();
    await honest.heard({ event: 'ready' });
    honest.say(start(between.url, token, 'Honest'));
    await expect.poll(() => framesOf(simulator, 'PING')).toBeGreaterThan(0);
    await expect.poll(() => between.said(), { timeout: 30_000 }).toMatch(`✗ MUST ${rule}`);
    const { code, result } = await between.end();
    expect(code).toBe(1);
    expect(ids(result, 'fail')).toContain(rule);
    expect(ids(result, 'fail').filter((id) => id.startsWith('server/'))).toEqual([]);
  });

  it.each([
    ['lower-case', 'server/connection/json-text-frames'],
    ['ok-on-opening', 'server/connection/no-ok-unasked'],
  ])('finds a faulty server, while it speaks: %s', async (name, rule) => {
    const { simulator, subject, ...server } = await startServer(
      SERVER_MUTANTS.find((mutant) => mutant.name === name),
    );
    endings.push(() => server[Symbol.asyncDispose]());
    const between = await proxy(simulator.url, '-q');
    const device = client('reference');
    await device.heard({ event: 'ready' });
    device.say(start(between.url, await subject.tokenFor('c1'), 'Sofa', 'A'));
    await expect.poll(() => between.said(), { timeout: 30_000 }).toMatch(`✗ MUST ${rule}`);
    const { code, result } = await between.end();
    expect({ code, failed: ids(result, 'fail') }).toEqual({ code: 1, failed: [rule] });
    expect(between.said()).not.toContain('REQUESTED');
  });
});

describe.runIf(CHROMIUM)('drisc proxy between the web player and the simulator, TLS on both sides', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM!, chromiumSandbox: false });
  }, 60_000);
  afterAll(() => browser?.close());

  /** Plays, is asked by PING whether it lives, and stops; gives what the proxy says of both ends. */
  async function watch(player: string) {
    const { simulator, target, token } = await secureSimulator();
    const between = await proxy(target);
    await using site = await serveFolder(player);
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    const page = await context.newPage();
    await page.goto(`${site.url}/?base=${encodeURIComponent(between.url)}&offer=S1&name=Page#token=${token}`);
    await page.click('#play');
    await expect.poll(() => framesOf(simulator, 'OK'), { timeout: 30_000 }).toBe(1);
    const [session] = await simulator.sessions.list();
    await simulator.sessions.ping(session!.id);
    await expect.poll(() => framesOf(simulator, 'PONG')).toBeGreaterThan(0);
    await page.click('#stop');
    await expect.poll(() => framesOf(simulator, 'FINISHED')).toBe(1);
    await expect.poll(() => between.said()).toMatch(/closed by/);
    await context.close();
    return between.end();
  }

  it('judges both ends, which conform', async () => {
    const { code, result } = await watch(WEB_PLAYER);
    expect({ code, failed: ids(result, 'fail') }).toEqual({ code: 0, failed: [] });
    expect(ids(result, 'pass')).toEqual(
      expect.arrayContaining([
        'client/request/bearer-token',
        'client/gate/requested-first',
        'client/liveness/answers-ping',
        'server/create/grant-below-limit',
        'server/connection/ok-upon-requested',
      ]),
    );
  });

  it('finds a fault of the page by its rule', async () => {
    const player = await plantWebPlayer([
      'node-client/connection.js',
      "say('REQUESTED');",
      "say('REQUESTED');\n        say('PONG');",
    ]);
    const { code, result } = await watch(player);
    expect({ code, failed: ids(result, 'fail') }).toEqual({
      code: 1,
      failed: ['client/liveness/no-unasked-pong'],
    });
  });
});

describe('how drisc proxy ends', () => {
  it.each([
    [
      3,
      'nothing has passed',
      ['--target', 'https://127.0.0.1:9', '--port', '0'],
      /Nothing was exercised, so nothing is known: \d+ could not be observed/,
    ],
    [
      2,
      'no origin',
      ['--target', 'drisc.example'],
      /--target: expected an address such as https:\/\/drisc.example/,
    ],
    [
      2,
      'a certificate without its key',
      ['--target', 'https://a', '--tls-cert', 'cert.pem'],
      /belong together/,
    ],
    [
      2,
      'a certificate that is not there',
      ['--target', 'https://a', '--ca', 'none.pem'],
      /--ca: cannot read none.pem/,
    ],
    [
      2,
      'what is no certificate to trust',
      ['--target', 'https://a', '--ca', 'key.pem'],
      /--ca: expected a certificate \(PEM\) in key.pem/,
    ],
    [
      2,
      'what is no certificate',
      ['--target', 'https://a', '--tls-cert', 'key.pem', '--tls-key', 'key.pem'],
      /--tls-cert: expected a certificate \(PEM\) in key.pem/,
    ],
    [
      2,
      'what is no key',
      ['--target', 'https://a', '--tls-cert', 'cert.pem', '--tls-key', 'cert.pem'],
      /--tls-key: expected the key \(PEM\) of cert.pem in cert.pem/,
    ],
    [
      2,
      'a key of another certificate',
      ['--target', 'https://a', '--tls-cert', 'cert.pem', '--tls-key', 'other.pem'],
      /--tls-key: expected the key \(PEM\) of cert.pem in other.pem/,
    ],
    [2, 'no target', [], /required option '--target/],
  ] as const)('with %i: %s', async (expected, _, args, words) => {
    const child = run([DRISC, 'proxy', ...args]);
    const said = [text(child.stdout!), text(child.stderr!)];
    let seen = '';
    child.stderr!.on('data', (data) => {
      seen += String(data);
      if (/proxy at http/.test(seen)) child.kill('SIGINT');
    });
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(expected);
    expect((await Promise.all(said)).join('')).toMatch(words);
  });
});

describe('the record of drisc proxy', () => {
  it.each([
    [2, 'no origin', ['--target', 'drisc.example']],
    [2, 'a certificate that is not there', ['--target', 'https://a', '--ca', 'none.pem']],
    [3, 'a port that is taken', ['--target', 'https://a', '--port']],
  ] as const)('stays as it was where the next one cannot start: %i, %s', async (expected, _, args) => {
    const taken = createServer().listen(0, '127.0.0.1');
    endings.push(() => taken.close());
    await once(taken, 'listening');
    const port = args.at(-1) === '--port' ? [String((taken.address() as AddressInfo).port)] : [];
    const file = join(folder, 'kept.jsonl');
    writeFileSync(file, '{"kept":"🎬"}\n');
    const [code] = await once(run([DRISC, 'proxy', '--journal', 'kept.jsonl', ...args, ...port]), 'exit');
    expect({ code, kept: readFileSync(file, 'utf8') }).toEqual({ code: expected, kept: '{"kept":"🎬"}\n' });
  });

  it('says that frames pass unseen, so that drisc check judges no more by it than the proxy', async () => {
    const { target, token } = await secureSimulator();
    const between = await proxy(target, '--keep-endpoint');
    const faulty = client('pong-first');
    await faulty.heard({ event: 'ready' });
    faulty.say(start(between.url, token, 'Faulty'));
    await faulty.heard({ event: 'playback', playing: true });
    const live = await between.end();
    const name = `proxy-${count}.jsonl`;
    const [first] = readFileSync(join(folder, name), 'utf8').split('\n');
    expect(JSON.parse(first!)).toMatchObject({ kind: 'note', gap: 'frames' });
    const again = await check(name);
    for (const { code, result } of [live, again]) {
      const rule = result.rules.find(({ id }) => id === 'client/gate/requested-first');
      expect(rule).toMatchObject({
        verdict: 'not-observable',
        reason: expect.stringMatching(/^Frames passed unseen/),
      });
      expect(code).toBe(0);
    }
  });

  it.runIf(existsSync('/dev/full'))('ends where the disk is full, and the proxy goes on', async () => {
    const { target, token } = await secureSimulator();
    const between = await proxy(target, '--journal', '/dev/full');
    const device = client();
    await device.heard({ event: 'ready' });
    device.say(start(between.url, token, 'Sofa'));
    await device.heard({ event: 'playback', playing: true });
    device.say({ do: 'stop' });
    await expect.poll(() => between.said()).toMatch(/closed by server/);
    const { code, result } = await between.end();
    expect({ code, failed: ids(result, 'fail') }).toEqual({ code: 3, failed: [] });
    expect(between.said().match(/warning: the record ends here: ENOSPC/g)).toHaveLength(1);
  });
});

/** The median and the sum of how long `work` took each time, in milliseconds, and how often a second. */
async function measure(
  times: number,
  work: () => Promise<unknown>,
): Promise<{ median: number; rate: number }> {
  const taken: number[] = [];
  const began = performance.now();
  for (let count = 0; count < times; count += 1) {
    const start = performance.now();
    await work();
    taken.push(performance.now() - start);
  }
  const rate = (times * 1000) / (performance.now() - began);
  return { median: taken.toSorted((a, b) => a - b)[times >> 1]!, rate };
}

async function open(endpoint: string): Promise<WebSocket> {
  const socket = new WebSocket(endpoint, { ca: certificate.cert });
  await once(socket, 'open');
  return socket;
}

describe('what the proxy costs', () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  afterAll(() => agent.destroy());

  async function post(base: string, token: string): Promise<{ endpoint?: string }> {
    const asked = requestHttps(`${base}/sessions`, {
      agent,
      ca: certificate.cert,
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
    });
    asked.end('{"sessionName":"x","offerId":"S1"}');
    const [answer] = (await once(asked, 'response')) as [NodeJS.ReadableStream];
    return JSON.parse(await text(answer)) as { endpoint?: string };
  }

  it('is told beside a direct connection, in one run', async () => {
    const { target, simulator, token } = await secureSimulator();
    const between = await proxy(target, '-q');
    const lines: string[] = [];
    const tell = (what: string, direct: number, through: number, unit: string): void => {
      expect([direct, through].every((value) => Number.isFinite(value) && value > 0)).toBe(true);
      // Generous, since this machine is not ours alone: what it bounds is a wait that does not belong there.
      expect(Math.max(through / direct, direct / through)).toBeLessThan(30);
      lines.push(
        `${what}: ${direct.toFixed(2)} ${unit} direct, ${through.toFixed(2)} ${unit} through the proxy, ratio ${(through / direct).toFixed(2)}`,
      );
    };
    const sockets: WebSocket[] = [];
    for (const base of [target, between.url]) {
      const { endpoint } = await post(base, token);
      expect(endpoint).toContain(new URL(base).host);
      sockets.push(await open(endpoint!));
    }
    // The pool is full now: what is measured is an answer that lists its sessions.
    const requests = [
      await measure(300, () => post(target, token)),
      await measure(300, () => post(between.url, token)),
    ];
    const frames: { median: number; rate: number }[] = [];
    for (const socket of sockets) {
      socket.send('{"action":"REQUESTED"}');
      await once(socket, 'message');
      frames.push(
        await measure(1_000, async () => {
          socket.send('{"action":"REQUESTED"}');
          await once(socket, 'message');
        }),
      );
    }
    const bursts: number[] = [];
    for (const socket of sockets) {
      let came = 0;
      socket.on('message', () => (came += 1));
      const began = performance.now();
      for (let count = 0; count < 5_000; count += 1) socket.send('{"action":"REQUESTED"}');
      await expect.poll(() => came, { timeout: 60_000, interval: 5 }).toBeGreaterThanOrEqual(5_000);
      bursts.push(5_000_000 / (performance.now() - began));
    }
    tell('a request, median', requests[0]!.median, requests[1]!.median, 'ms');
    tell('requests one after the other', requests[0]!.rate, requests[1]!.rate, '/s');
    tell('a frame and its answer, median', frames[0]!.median, frames[1]!.median, 'ms');
    tell('frames and answers in a burst', bursts[0]!, bursts[1]!, '/s');
    console.info(lines.join('\n'));
    sockets.forEach((socket) => socket.terminate());
    const { result } = await between.end();
    expect(Number(result.subject.facts['requests and messages'])).toBeGreaterThan(12_000);
    expect(simulator.journal.last).toBeGreaterThan(24_000);
  });
});
