import { describe, expect, it } from 'vitest';
import { CLIENT_RULES } from '../../protocol/rules/client-rules.ts';
import { FIRST_REVISION } from '../../protocol/rules/rule.ts';
import { CLIENT_MUTANTS } from '../mutants/client/catalogue.ts';
import { judgeClientMutant } from '../mutants/client/judge-mutant.ts';
import { ReferenceClient } from '../mutants/client/reference-client.ts';
import { attachDirect } from '../subject/direct-client.ts';
import { runClientContract } from './run-client-contract.ts';
import { SITUATIONS } from './situations/situations.ts';

/** Which rules a client breaks in these situations. */
async function judge(Client: typeof ReferenceClient, ...names: string[]): Promise<string[]> {
  await using client = attachDirect('client', (ports, show) => new Client(ports, show));
  const situations = SITUATIONS.filter(({ name }) => names.includes(name));
  expect(situations).toHaveLength(names.length);
  const { rules } = await runClientContract(client, { situations });
  return rules.filter(({ verdict }) => verdict === 'fail' || verdict === 'warn').map(({ id }) => id);
}

const LATE = ['answer-lost', 'every-answer-lost', 'answer-comes-late', 'no-answer-for-long'];

/** Gives an answer up after 3 s, and looks at none that comes later. */
class Hurried extends ReferenceClient {
  #asked = 0;
  protected override create() {
    this.#asked += 1;
    const asked = this.#asked;
    super.create();
    this.ports.after(3_000, () => {
      if (asked !== this.#asked || !this.wanted || this.endpoint !== undefined) return;
      this.#asked += 1;
      this.givenUp();
    });
  }
  protected override answered(status: number, body: Readonly<Record<string, unknown>>) {
    if (this.wanted) super.answered(status, body);
  }
  protected givenUp() {
    this.refused('It takes too long.');
  }
}

/** Asks once more after those 3 s, and listens to both answers. */
class Insistent extends Hurried {
  protected override givenUp() {
    ReferenceClient.prototype['create'].call(this);
  }
}

/** Asks again by itself, so many times and a second apart. */
const repeating = (most: number): typeof ReferenceClient =>
  class extends ReferenceClient {
    #repeats = 0;
    protected override refused(message: string) {
      this.#repeats += 1;
      if (this.#repeats > most) super.refused(message);
      else this.ports.after(1_000, () => this.create());
    }
  };

describe('a client whose answer is late', () => {
  it('may give it up and need not connect any more', async () => {
    expect(await judge(Hurried, ...LATE)).toEqual([]);
  });

  it('may ask again, is told that it should not, and need use but one of the sessions', async () => {
    class Repeating extends Insistent {
      protected override granted(endpoint: string) {
        if (this.endpoint === undefined) super.granted(endpoint);
      }
    }
    expect(await judge(Repeating, 'answer-comes-late')).toEqual(['client/request/no-blind-repeat']);
  });

  it('may give the session back that it does not use', async () => {
    class Tidy extends Insistent {
      protected override granted(endpoint: string) {
        if (this.endpoint === undefined) return super.granted(endpoint);
        const socket = this.ports.connect(endpoint, {
          opened: () => socket.send('{"action":"REQUESTED"}'),
          heard: (data) => String(data).includes('OK') && socket.send('{"action":"FINISHED"}'),
          closed() {},
        });
      }
    }
    expect(await judge(Tidy, 'answer-comes-late')).toEqual(['client/request/no-blind-repeat']);
  });

  it('may move to the session that it was granted last, where it finishes the other one', async () => {
    class Moving extends Insistent {
      protected override granted(endpoint: string) {
        if (this.line) this.finish(this.line);
        super.granted(endpoint);
      }
    }
    const broken = await judge(Moving, 'answer-comes-late');
    expect(broken).not.toContain('client/request/one-of-several-grants');
  });

  it('may ask up to three times more, and no oftener', async () => {
    expect(await judge(repeating(3), 'every-answer-lost')).toEqual(['client/request/no-blind-repeat']);
    expect(await judge(repeating(4), 'every-answer-lost')).toContain('client/request/bounded-repeats');
  });
});

describe('a rule of a later revision', () => {
  const newer = new Set(CLIENT_RULES.filter(({ since }) => since > FIRST_REVISION).map(({ id }) => id));
  const mutants = CLIENT_MUTANTS.filter(({ breaks }) => newer.has(breaks));

  it.each(mutants.map((mutant) => [mutant.name, mutant] as const))(
    'is broken by %s, and none of those before it is',
    async (_, mutant) => {
      const { broken } = await judgeClientMutant(mutant);
      expect(broken).toContain(mutant.breaks);
      expect(broken.filter((id) => !newer.has(id))).toEqual([]);
    },
  );
});
