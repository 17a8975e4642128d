import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { afterAll, describe, expect, it } from 'vitest';
import type { Result } from '../../reports/result.ts';

/** What the server prints when it is ready. */
interface Ready {
  url: string;
  publisherId: string;
  secret: string;
  offers: { id: string; tags: string[] }[];
  limit: number;
  disabledPublisher: { id: string; secret: string };
}

const PONG_TIMEOUT = 900;
const started: ChildProcess[] = [];
afterAll(() => started.forEach((child) => child.kill()));

/** Starts the second server as whoever wrote it would, with one of its faults or none. */
async function startServer(fault: string): Promise<Ready> {
  const child = spawn(
    process.execPath,
    ['test/second-server/server.js', '--port', '0', '--pong-timeout', String(PONG_TIMEOUT)],
    { env: { ...process.env, FAULT: fault }, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  started.push(child);
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return JSON.parse(line) as Ready;
}

/** What a stranger types to have this server judged. */
function commandFor({ url, publisherId, secret, offers, limit, disabledPublisher }: Ready): string {
  return `dist/cli/main.js test server --url ${url} --publisher ${publisherId} --secret ${secret}
    ${offers.map(({ id }) => `--offer ${id}`).join(' ')} --tag ${offers[0]!.tags[0]} --limit ${limit}
    --disabled-publisher ${disabledPublisher.id}:${disabledPublisher.secret}
    --pong-timeout ${PONG_TIMEOUT}ms --seed 1 --report json=-`;
}

/** Judges it by the command, which must come to an end whatever the server leaves open. */
async function judge(fault: string, options: string[]): Promise<{ result: Result; exitCode: number }> {
  const command = commandFor(await startServer(fault)).split(/\s+/);
  const child = spawn(process.execPath, [...command, ...options], { stdio: ['ignore', 'pipe', 'ignore'] });
  started.push(child);
  const [output, [exitCode]] = await Promise.all([
    text(child.stdout),
    once(child, 'exit') as Promise<[number]>,
  ]);
  return { result: JSON.parse(output) as Result, exitCode };
}

/** The rule that finds each fault: every one of faults.js. */
const FOUND_BY: Record<string, string> = {
  'freed-twice': 'server/limit/refuse-above-limit',
  'check-then-act': 'server/concurrency/exact-grants',
  'strict-publisher-id': 'server/authorisation/accept-numbers-and-strings',
  'stale-list': 'server/takeover/end-victim',
  'take-over-after-close': 'server/takeover/tell-victim',
  'lost-victim-unknown': 'server/takeover/grant',
  'sends-buffers': 'server/connection/json-text-frames',
  'lost-is-buried': 'server/limit/list-sessions',
  'pong-calms-pool': 'server/liveness/remove-mute',
  'deadline-survives-return': 'server/liveness/keep-returning',
  'requested-is-pong': 'server/connection/expired-for-ended',
  'challenged-once': 'server/liveness/remove-mute',
  'loss-ends-challenge': 'server/connection/expired-for-ended',
  'removal-says-expired': 'server/connection/leave-others-alone',
  'newcomer-is-terminated': 'server/reconnect/terminate-old',
  'stale-close-loses': 'server/reconnect/terminate-old',
  'name-length-in-bytes': 'server/create/accept-name-of-100',
  'takeover-ignores-tag': 'server/takeover/by-tag',
  'trimmed-names': 'server/create/keep-name',
  'newest-first': 'server/limit/list-oldest-first',
  'late-take-over': 'server/takeover/tell-before-answer',
  'victim-of-pool-only': 'server/takeover/across-pools',
  'any-method': 'server/create/refuse-other-methods',
  'pings-everybody': 'server/liveness/ping-own-customer',
  'pending-is-challenged': 'server/liveness/spare-pending',
  'ping-moves-deadline': 'server/liveness/keep-deadline',
  'pong-from-anywhere': 'server/liveness/pong-of-own-connection',
  'freed-at-close': 'server/finish/free-before-close',
  'finished-from-anywhere': 'server/finish/own-connection-only',
  'stale-line-steals': 'server/reconnect/silence-superseded',
};

describe('a server that was written from PROTOCOL.md alone', () => {
  // By itself, before the faulty ones make the machine busy.
  it('conforms', { timeout: 60_000 }, async () => {
    const { result, exitCode } = await judge('', ['--runs', '10']);
    const withVerdict = (verdict: string) => result.rules.filter((rule) => rule.verdict === verdict);
    expect([...withVerdict('fail'), ...withVerdict('warn')]).toEqual([]);
    // On a busy machine a rule may go unobserved, but not many.
    expect(withVerdict('pass').length).toBeGreaterThan(result.rules.length - 5);
    expect(exitCode).toBe(0);
  });

  it.concurrent.each(Object.entries(FOUND_BY))(
    'is found out with the fault %s, by %s',
    async (fault, rule) => {
      const { result, exitCode } = await judge(fault, ['--runs', '0', '--rules', rule]);
      expect(result.rules.map(({ id, verdict }) => ({ id, verdict }))).toEqual([
        { id: rule, verdict: 'fail' },
      ]);
      expect(exitCode).toBe(1);
    },
    60_000,
  );
});
