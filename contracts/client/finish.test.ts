import { describe, expect, it } from 'vitest';
import type { Finding } from '../trace/finding.ts';
import type { Trace, TraceFact } from '../trace/trace.ts';
import { FINISH_MONITORS } from './finish.ts';
import { YARDSTICK } from './monitor.ts';

const ENDPOINT = 'ws://127.0.0.1:4100/ws?token=a';
const FINISHED: TraceFact = {
  kind: 'said',
  link: 1,
  raw: '{"action":"FINISHED"}',
  binary: false,
  action: 'FINISHED',
};
const CLOSED: TraceFact = { kind: 'close', link: 1, by: 'server', code: 1000 };
const ENDED: TraceFact = { kind: 'ended' };

/** What the rule makes of a session that was granted, with these events 10 ms apart after it. */
function judgeEnd(...facts: TraceFact[]): Finding {
  const granted: TraceFact[] = [
    { kind: 'attempt', link: 1, url: ENDPOINT },
    { kind: 'open', link: 1 },
    { kind: 'told', link: 1, raw: '{"action":"OK"}', binary: false, action: 'OK' },
  ];
  const trace: Trace = {
    events: [...granted, ...facts].map((fact, index) => ({ ...fact, at: index * 10 })),
    end: 60_000,
  };
  return FINISH_MONITORS.find(({ rule }) => rule === 'client/finish/at-end')!.check(trace, YARDSTICK);
}

describe('client/finish/at-end', () => {
  it('sees FINISHED whether it comes before or after the news of the end', () => {
    expect(judgeEnd(ENDED, FINISHED, CLOSED)).toEqual({ exercised: 1, violations: [] });
    expect(judgeEnd(FINISHED, CLOSED, ENDED)).toEqual({ exercised: 1, violations: [] });
  });

  it('finds that it does not come', () => {
    expect(judgeEnd(ENDED).violations).toHaveLength(1);
    expect(judgeEnd(ENDED, { ...CLOSED, by: 'client' }).violations).toHaveLength(1);
  });
});
