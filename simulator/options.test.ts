import { describe, expect, it } from 'vitest';
import { resolveSimulatorOptions } from './options.ts';

describe('the offers of a simulator', () => {
  it.each([[{ id: '' }], [{ id: '', publisherId: '1000' }], [{ id: 'a', publisherId: '' }]])(
    'have no empty id: %j',
    (offer) => {
      expect(() => resolveSimulatorOptions({ offers: [offer] })).toThrow('offers: an id is empty');
    },
  );

  it('are told apart by owner and id, whatever characters these have', () => {
    const offers = [{ id: 'a b' }, { id: 'b', publisherId: 'a' }, { id: 'b' }, { id: ' b' }];
    expect(resolveSimulatorOptions({ offers }).offers).toHaveLength(4);
    expect(() => resolveSimulatorOptions({ offers: [...offers, { id: 'b', publisherId: 'a' }] })).toThrow(
      'offers: "b" of publisher "a" is given twice',
    );
  });
});

describe('the publishers of a simulator', () => {
  it('have a secret that is not empty, for none can be signed with that', () => {
    expect(() => resolveSimulatorOptions({ publishers: [{ id: '1', secret: '' }] })).toThrow(
      'publishers: "1": expected a secret, got an empty one',
    );
  });

  it('have an id, and each its own', () => {
    const secret = 's';
    expect(() => resolveSimulatorOptions({ publishers: [{ id: '', secret }] })).toThrow(
      'publishers: an id is empty',
    );
    expect(() =>
      resolveSimulatorOptions({
        publishers: [
          { id: '1', secret },
          { id: '1', secret },
        ],
      }),
    ).toThrow('publishers: "1" is given twice');
  });
});
