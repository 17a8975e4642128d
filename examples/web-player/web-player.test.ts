import { describe, expect, it } from 'vitest';
import { runClientContract } from '../../contracts/client/run-client-contract.ts';
import { SITUATIONS } from '../../contracts/client/situations/situations.ts';
import { attachPage } from '../../contracts/subject/page/attach-page.ts';
import { CHROMIUM } from '../../test/chromium.ts';
import { plantWebPlayer } from '../../test/plant-web-player.ts';
import { driver } from './page.drisc.js';

async function judge(page: string, names: readonly string[]) {
  await using client = await attachPage({ page, driver, lanes: 3 });
  const situations = SITUATIONS.filter(({ name }) => names.includes(name));
  const { rules } = await runClientContract(client, { situations });
  const ids = (...verdicts: string[]) =>
    rules.filter(({ verdict }) => verdicts.includes(verdict)).map(({ id }) => id);
  return { broken: ids('fail', 'warn'), held: ids('pass') };
}

const FEW = [
  'play-and-stop',
  'slow-ok',
  'take-over',
  'hostile-names',
  'taken-over-by-a-hostile-name',
  'network-down-after-a-loss',
  'reload',
  'reload-after-takeover',
  'granted-and-says-disabled',
  'first-attempts-refused-with-403',
  'connecting-again-refused-with-404',
  'answer-lost',
  'play-again-after-an-error',
];

describe.runIf(CHROMIUM)('the web player', { timeout: 240_000 }, () => {
  it('conforms, in a real browser', async () => {
    const { broken, held } = await judge('dist/examples/web-player', FEW);
    expect(broken).toEqual([]);
    expect(held).toEqual(
      expect.arrayContaining([
        'client/gate/no-play-before-ok',
        'client/gate/plays-on-ok',
        'client/gate/stops-on-take-over',
        'client/gate/stops-when-lost',
        'client/finish/at-stop',
        'client/takeover/shows-sessions',
        'client/takeover/shows-names-safely',
        'client/takeover/sends-choice',
        'client/takeover/tells-who',
        'client/persistence/resumes',
        'client/persistence/forgets-ended',
        'client/gate/disabled-with-endpoint',
        'client/recovery/refusal-is-failure',
        'client/request/no-blind-repeat',
        'client/request/asks-on-play',
      ]),
    );
  });

  it.each([
    [
      'plays as soon as a session is granted',
      'web-player/main.js',
      'screen.show(phase);',
      "screen.show(phase);\n  if (phase === 'connecting') screen.setPlaying(true);",
      'slow-ok',
      'client/gate/no-play-before-ok',
    ],
    [
      'comes back after TAKE_OVER',
      'web-player/main.js',
      'screen.tellTakenOver(by));',
      "{ screen.tellTakenOver(by); setTimeout(() => session.send({ type: 'START', request }), 300); });",
      'taken-over',
      'client/takeover/victim-stays-away',
    ],
    [
      'never says FINISHED',
      'node-client/connection.js',
      "say('FINISHED');",
      '',
      'play-and-stop',
      'client/finish/at-stop',
    ],
    [
      'ignores EXPIRED',
      'node-client/connection.js',
      "case 'EXPIRED':",
      '',
      'expired',
      'client/gate/stops-on-expired',
    ],
    [
      'keeps the endpoint after TAKE_OVER',
      'web-player/browser-storage.js',
      'localStorage.removeItem(KEY)',
      'void KEY',
      'reload-after-takeover',
      'client/persistence/forgets-ended',
    ],
    [
      'takes the names in its list for HTML',
      'web-player/limit-dialog.js',
      "(row.querySelector('.name')).textContent = name",
      "(row.querySelector('.name')).innerHTML = name",
      'hostile-names',
      'client/takeover/shows-names-safely',
    ],
    [
      'takes the name of the one who took over for HTML',
      'web-player/screen.js',
      'by.textContent = name',
      'by.innerHTML = name',
      'taken-over-by-a-hostile-name',
      'client/takeover/shows-names-safely',
    ],
    [
      'lets no script in names run, but their elements in',
      'web-player/limit-dialog.js',
      "(row.querySelector('.name')).textContent = name",
      "(row.querySelector('.name')).innerHTML = name.replace(/on\\w+=/g, 'data-x=')",
      'hostile-names',
      'client/takeover/shows-names-safely',
    ],
  ])('is found when it %s', async (_, file, honest, fault, situation, rule) => {
    const { broken } = await judge(await plantWebPlayer([file, honest, fault]), [situation]);
    expect(broken).toContain(rule);
  });
});
