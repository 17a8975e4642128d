import { beforeAll, describe, expect, it } from 'vitest';
import { readJournal } from '../contracts/recording/read-journal.ts';
import { CHROMIUM } from './chromium.ts';
import { runPlaywright } from './run-playwright.ts';
import type { RanTest } from './run-playwright.ts';

describe.runIf(CHROMIUM)('a page under Playwright', { timeout: 600_000 }, () => {
  it('is tested with a simulator of its own in each test, as the example shows', async () => {
    const ran = await runPlaywright('examples/page-tests');
    expect(ran.filter(({ status }) => status !== 'passed')).toEqual([]);
    expect(ran.length).toBeGreaterThanOrEqual(10);
    expect(ran.flatMap(({ attachments }) => Object.keys(attachments))).toEqual([]);
  });

  describe('that fails', () => {
    let ran: RanTest[] = [];
    beforeAll(async () => {
      ran = await runPlaywright('test/failing-page-tests');
    }, 600_000);
    const find = (title: string): RanTest => ran.find((one) => one.title === title)!;

    it('shows the conversation in its report, with no token in it', () => {
      const { status, attachments } = find('fails by itself');
      expect(status).toBe('failed');
      const names = ['drisc-transcript.txt', 'drisc-journal.jsonl', 'drisc.har'];
      expect(Object.keys(attachments)).toEqual(expect.arrayContaining(names));
      const [transcript, journal, har] = names.map((name) => attachments[name]!);
      expect(transcript).toMatch(/app\s+│ POST \/sessions ─+▶│/);
      expect(transcript).toMatch(/app\s+│◀─+ TAKE_OVER │/);
      const [device] = readJournal(journal!, 'journal').filter(({ name }) => name.startsWith('session'));
      expect(device!.events.map(({ kind }) => kind)).toContain('told');
      expect(JSON.parse(har!).log.entries.length).toBeGreaterThanOrEqual(2);
      for (const text of [transcript, journal, har]) expect(text).not.toMatch(/eyJ[\w-]+\.[\w-]+\./);
    });

    it('by a rule says which, what was expected, what came, and why it matters', () => {
      const { message } = find('breaks rules');
      expect(message).toContain('client/gate/requested-first (PROTOCOL.md 5.9, MUST)');
      expect(message).toMatch(/expected .*\n\s+came .*\n\s+matters /);
      expect(message).toMatch(/> .*PONG/);
      // The line that is shown is the test's own.
      expect(message).toMatch(/>.* \|\s+expectRules\(drisc\);/);
    });

    it('by a scenario says at which step', () => {
      expect(find('does not pass a scenario').message).toMatch(/scenario first-play failed at step \d+, /);
      expect(find('has no such button').message).toContain('locator.click: Timeout 1ms exceeded');
    });

    it('is left alone where nothing was said to the simulator, or it was meant to fail', () => {
      for (const title of ['fails without a word to the simulator', 'fails as it is expected to']) {
        const { status, attachments } = find(title);
        expect(status).toBe('failed');
        expect(Object.keys(attachments).filter((name) => name.startsWith('drisc'))).toEqual([]);
      }
    });

    it('is told that an origin and a proxy do not go together', () => {
      expect(find('cannot be had').message).toContain('a proxy of your own cannot be had together');
    });
  });
});
