import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readLines } from '../contracts/subject/read-lines.ts';
import { mintCustomerToken } from '../protocol/tokens.ts';
import type { Result } from '../reports/result.ts';

const folder = mkdtempSync(join(tmpdir(), 'drisc-device-'));
afterAll(() => rmSync(folder, { recursive: true }));
let runs = 0;

/** What a viewer does with the device, and what its screen shows. */
interface Device {
  press(this: void, command: 'start' | 'stop' | 'takeover' | 'reload'): void;
  readonly screen: { playing: boolean; names: string[]; takenOverBy?: string | undefined };
}

/** The Node client with a token and an offer of its own, as an app in a store build has them. */
function switchOn(baseUrl: string, token: string) {
  const child = spawn(process.execPath, ['examples/node-client/main.js'], {
    env: { ...process.env, DRISC_DRIVER: '1' },
  });
  const screen: Device['screen'] = { playing: false, names: [] };
  let sessions: { sessionId: string; name: string }[] = [];
  readLines(child.stdout, (line) => {
    const event = JSON.parse(line);
    if (event.event === 'playback') screen.playing = event.playing;
    if (event.event === 'taken-over') screen.takenOverBy = event.by;
    if (event.event === 'limit') {
      sessions = event.takeover ? event.sessions : [];
      screen.names = sessions.map(({ name }) => name);
    }
  });
  const wish = { baseUrl, token, offerId: 'MY-OWN-OFFER', sessionName: 'Film night 🎬' };
  const press: Device['press'] = (command) => {
    const more =
      command === 'start' ? wish : command === 'takeover' ? { sessionId: sessions[0]?.sessionId ?? '' } : {};
    child.stdin.write(`${JSON.stringify({ do: command, ...more })}\n`);
  };
  return { press, screen, off: () => child.kill('SIGKILL') };
}

/** What a person answers; `undefined` goes on without a word, since the device does it. */
type Habit = (asked: string, device: Device) => string | undefined;

const yes = (holds: boolean): string => (holds ? 'y' : 'n');

const honest: Habit = (asked, { press, screen }) => {
  if (asked.includes('Press play')) {
    press('start');
    return undefined;
  }
  if (asked.includes('Stop the video')) {
    press('stop');
    return screen.playing ? undefined : '';
  }
  if (asked.includes('Choose the first')) {
    press('takeover');
    return undefined;
  }
  if (asked.includes('Leave the player')) {
    press('stop');
    return '';
  }
  if (asked.includes('Close the app')) {
    press('reload');
    return '';
  }
  if (asked.includes('Is the video playing')) return yes(screen.playing);
  if (asked.includes('offer to take the place')) return yes(screen.names.length > 0);
  if (asked.includes('to choose from')) return yes(screen.names.every((name) => asked.includes(`"${name}"`)));
  if (asked.includes('took over')) return yes(asked.includes(`"${screen.takenOverBy}"`));
  throw new Error(`nobody knows what to do about ${asked}`);
};

async function judge(habit: Habit, ...options: string[]) {
  runs += 1;
  const out = join(folder, String(runs));
  const words = ['test', 'client', '--wait', '--port', '0', '--report', 'json', '--out', out, ...options];
  const drisc = spawn(process.execPath, [resolve('dist/cli/main.js'), ...words], {
    env: { ...process.env, NO_COLOR: '1' },
  });
  let said = '';
  let device: ReturnType<typeof switchOn> | undefined;
  const token = await mintCustomerToken({
    secret: 'of the shop',
    customerId: 7,
    publisherId: 'p',
    now: Date.now(),
  });
  let heard = '';
  drisc.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    heard += text;
    for (let asked = ASKED.exec(heard); asked; asked = ASKED.exec(heard)) {
      heard = heard.slice(asked.index + asked[0].length);
      const url = /Point the device at (\S+)/.exec(said)?.[1] ?? '';
      device ??= switchOn(url, token);
      const own = device;
      // A person takes a moment; the screen has one to follow.
      setTimeout(() => {
        const answer = habit(asked?.[0] ?? '', own);
        if (answer !== undefined) drisc.stdin.write(`${answer}\n`);
      }, 300);
    }
  });
  let told = '';
  drisc.stdout.setEncoding('utf8').on('data', (text: string) => (told += text));
  const [code] = await once(drisc, 'close');
  device?.off();
  const result = JSON.parse(readFileSync(join(out, 'result.json'), 'utf8')) as Result;
  return { code, said, told, result };
}

const ASKED = /→ .+\n|.+\? \[y\/n\] /;

describe('a device in the hand of a person', { timeout: 120_000 }, () => {
  it('is told what to do and asked what it shows, and a conforming one conforms', async () => {
    const { code, said, told, result } = await judge(honest, '--rules', 'client/takeover/*');
    expect(said).toMatch(/^5 situations, about \d minutes?\. /m);
    expect(said).toContain('2 of 5: Another device takes the session over.');
    expect(said).toContain('Does the device say that "Bedroom" took over? [y/n]');
    expect(said).toContain('Does it show "Kitchen" to choose from? [y/n]');
    expect(result.rules.filter(({ verdict }) => verdict === 'fail' || verdict === 'warn')).toEqual([]);
    const tellsWho = result.rules.find(({ id }) => id === 'client/takeover/tells-who');
    expect(tellsWho).toMatchObject({ verdict: 'pass', seenBy: 'person' });
    expect(told).toContain('as a person saw it');
    expect(result.complete).toBe(true);
    expect(code).toBe(0);
  });

  it('is found out when it plays on after a takeover, by what the person saw', async () => {
    const { code, result } = await judge(
      (asked, device) => {
        const isVictim = device.screen.takenOverBy !== undefined;
        return asked.includes('Is the video playing') && isVictim ? 'y' : honest(asked, device);
      },
      '--rules',
      'client/gate/stops-on-take-over',
    );
    const broken = result.rules.find(({ verdict }) => verdict === 'fail');
    expect(broken).toMatchObject({ id: 'client/gate/stops-on-take-over', seenBy: 'person' });
    expect(broken?.failures[0]?.transcript.map(({ label }) => label)).toContain('plays (as a person saw it)');
    expect(code).toBe(1);
  });

  it('may be skipped and left in the middle, and there is a report', async () => {
    let asked = 0;
    const { code, result } = await judge((question, device) => {
      asked += 1;
      if (question.includes('Is the video playing')) return asked < 6 ? 's' : 'q';
      return honest(question, device);
    });
    expect(result.complete).toBe(false);
    expect(result.rules.filter(({ verdict }) => verdict === 'fail')).toEqual([]);
    expect(code).toBe(3);
  });
});
