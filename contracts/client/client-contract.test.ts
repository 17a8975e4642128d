import { describe, expect, it } from 'vitest';
import { CLIENT_RULES } from '../../protocol/rules/client-rules.ts';
import { ReferenceClient } from '../mutants/client/reference-client.ts';
import { attachDirect } from '../subject/direct-client.ts';
import { CLIENT_MONITORS } from './monitors.ts';
import { decodeSituation } from './replay.ts';
import { runClientContract } from './run-client-contract.ts';
import { PATIENCE } from './situations/patience.ts';
import { SITUATIONS } from './situations/situations.ts';

/** What only a page in a browser can be looked at for. */
const PAGE_ONLY = 'client/takeover/shows-names-safely';

describe('the client contract', () => {
  it('has one monitor for each rule', () => {
    expect(CLIENT_MONITORS.map(({ rule }) => rule).toSorted()).toEqual(
      CLIENT_RULES.map(({ id }) => id).toSorted(),
    );
  });

  it('names each situation once', () => {
    const names = SITUATIONS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('finds the reference client conforming, and puts every rule to the test', async () => {
    await using client = attachDirect('reference', (ports, show) => new ReferenceClient(ports, show));
    const { rules, complete } = await runClientContract(client);
    expect(rules.filter(({ verdict }) => verdict !== 'pass').map(({ id }) => id)).toEqual([PAGE_ONLY]);
    expect(complete).toBe(true);
  });

  it('accepts waits that stop growing at twice the first one', async () => {
    class Steady extends ReferenceClient {
      protected override backOff() {
        // The first failure is the loss itself, which is none to the rule.
        return this.failures <= 2 ? 1_000 : 2_000;
      }
    }
    await using client = attachDirect('steady', (ports, show) => new Steady(ports, show));
    const { rules } = await runClientContract(client, { situations: PATIENCE });
    const judged = Object.fromEntries(rules.map(({ id, verdict }) => [id, verdict]));
    expect(judged).toMatchObject({
      'client/recovery/backs-off': 'pass',
      'client/recovery/no-storm': 'pass',
      'client/recovery/wait-bounded': 'pass',
    });
  });

  it('says of a client that never asks for anything that nothing was put to the test', async () => {
    await using client = attachDirect('stone', () => ({ obey() {} }));
    const { rules, notes } = await runClientContract(client);
    expect(new Set(rules.map(({ verdict, reason }) => `${verdict}: ${reason}`))).toEqual(
      new Set(['not-observable: The client sent no request when the user pressed play.']),
    );
    expect(notes[0]).toContain('Does it read DRISC_BASE_URL and the command "start"?');
  });

  it.each([
    ['', 'begin with'],
    ['drisc1.AAAA', 'damaged'],
    [`drisc1.${Buffer.from('{"side":"server","check":"x"}').toString('base64url')}`, 'server contract'],
    [
      `drisc1.${Buffer.from('{"side":"client","check":"x","steps":[{"limit":-1}]}').toString('base64url')}`,
      'setup.limit',
    ],
  ])('says what is wrong with the replay token %j', (token, problem) => {
    expect(() => decodeSituation(token)).toThrow(problem);
  });
});
