import { describe, expect, it } from 'vitest';
import { SETTINGS } from '../../../protocol/settings.ts';
import type { Settings } from '../../../protocol/settings.ts';
import { applyGate } from '../../../reports/gate.ts';
import { judgeConforming } from './judge-conforming.ts';
import { CONFORMING_SERVERS } from './setting-ends.ts';

/** Everything otherwise than by default that can be otherwise at the same time; `npm run mutants` takes one by one. */
const OTHERWISE: Partial<Settings> = {
  pingScope: 'customer',
  pingOnRefusedCreate: false,
  terminateOn: 'connected',
  limitStatus: 499,
  disabledShape: 'status',
  requireSessionName: true,
  nameLengthUnit: 'utf-16',
  takeoverBelowLimit: false,
  closeAfterExpired: false,
  closeAfterFinished: false,
  closeCodeOrderly: 4_999,
  closeCodePolicy: 4_999,
  badFrames: 'close',
};

function describeAlarms({ alarms }: Awaited<ReturnType<typeof judgeConforming>>): string[] {
  return alarms.map(({ id, verdict, reason, failures: [failure] }) =>
    [id, verdict, reason, failure?.message, failure?.actual, ...(failure?.steps ?? [])].join(' | '),
  );
}

describe('a conforming server', () => {
  it('is to be judged at every end of every setting', () => {
    const named = new Set(CONFORMING_SERVERS.map(({ setting }) => setting));
    expect(Object.keys(SETTINGS).filter((name) => !named.has(name))).toEqual(['maxNameLength']);
    const alike = CONFORMING_SERVERS.map(({ setting, value }) => `${setting} ${value}`);
    expect(new Set(alike).size).toBe(alike.length);
  });

  it('is found conforming where it does everything otherwise than by default', async () => {
    const verdict = await judgeConforming({ settings: OTHERWISE, terms: {} }, { seed: 1, runs: 0 });
    expect(describeAlarms(verdict)).toEqual([]);
    const open = verdict.result.rules.filter(({ verdict: rule }) => rule === 'not-observable');
    // It refuses what would have to be seen.
    expect(open.map(({ id }) => id)).toEqual(['server/takeover/across-pools']);
    // With --strict it is told of each reading that is not the first.
    const { gate } = applyGate(verdict.result, { today: '2026-11-22', strict: true });
    expect(gate?.problems.map(({ kind, rule }) => `${kind} ${rule}`)).toEqual(
      [1, 3, 4, 5, 7, 8, 9, 10, 11].map((n) => `other-reading AMB-${n}`).concat('other-reading 4.40'),
    );
  });

  it('is found conforming with one session and one offer, no takeover, and a PING again and again', async () => {
    const settings: Partial<Settings> = { pingInterval: 300, limitStatus: 400, disabledShape: 'enabled' };
    const terms = { limit: 1, takeover: false, offers: 1 } as const;
    const verdict = await judgeConforming({ settings, terms }, { seed: 1, runs: 0 });
    expect(describeAlarms(verdict)).toEqual([]);
    const { gate } = applyGate(verdict.result, { today: '2026-11-22', strict: true });
    expect(gate?.problems.map(({ message }) => message)).toEqual([
      `AMB-1, Which members say that DRISC is disabled? The first reading is: status "disabled" and enabled false. The server's is: enabled false alone.`,
      "AMB-3, Which status does LimitExceeded have? The first reading is: 403. The server's is: 400.",
    ]);
    expect(verdict.result.rules.filter(({ verdict: rule }) => rule === 'pass').length).toBeGreaterThan(30);
  });
});
