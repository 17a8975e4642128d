import { describe, expect, it } from 'vitest';
import { judge, startSecondServer } from './judge.ts';

// Long enough for a machine that runs the whole suite beside it.
const PONG_TIMEOUT = 1_500;

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
  it('conforms', { timeout: 180_000 }, async () => {
    const { result, exitCode } = await judge(await startSecondServer('', PONG_TIMEOUT), [
      '--seed',
      '1',
      '--runs',
      '10',
    ]);
    const withVerdict = (verdict: string) => result.rules.filter((rule) => rule.verdict === verdict);
    expect([...withVerdict('fail'), ...withVerdict('warn')]).toEqual([]);
    // On a busy machine a rule may go unobserved, but not many.
    expect(withVerdict('pass').length).toBeGreaterThan(result.rules.length - 5);
    expect(exitCode).toBe(0);
  });

  it.concurrent.each(Object.entries(FOUND_BY))(
    'is found out with the fault %s, by %s',
    async (fault, rule) => {
      const server = await startSecondServer(fault, PONG_TIMEOUT);
      const { result, exitCode } = await judge(server, ['--runs', '0', '--rules', rule]);
      expect(result.rules.map(({ id, verdict }) => ({ id, verdict }))).toEqual([
        { id: rule, verdict: 'fail' },
      ]);
      expect(exitCode).toBe(1);
    },
    180_000,
  );
});
