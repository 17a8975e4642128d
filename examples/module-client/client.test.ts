import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { runClientContract } from '../../contracts/client/run-client-contract.ts';
import { SITUATIONS } from '../../contracts/client/situations/situations.ts';
import { attachModule } from '../../contracts/subject/module-client.ts';

const FEW = [
  'play-and-stop',
  'taken-over',
  'take-over',
  'network-breaks-once',
  'slow-ok',
  'reload',
  'granted-and-says-disabled',
  'connecting-again-refused-with-404',
  'answer-lost',
];

it('the module client conforms, and every command reaches it', async () => {
  const file = fileURLToPath(new URL('client.ts', import.meta.url));
  await using client = await attachModule({ file, lanes: 3 });
  const situations = SITUATIONS.filter(({ name }) => FEW.includes(name));
  expect(situations).toHaveLength(FEW.length);
  const { rules, subject } = await runClientContract(client, { situations });
  expect(rules.filter(({ verdict }) => verdict === 'fail' || verdict === 'warn')).toEqual([]);
  const passed = rules.filter(({ verdict }) => verdict === 'pass').map(({ id }) => id);
  expect(passed).toEqual(
    expect.arrayContaining([
      'client/finish/at-stop',
      'client/takeover/tells-who',
      'client/persistence/resumes',
    ]),
  );
  expect(subject.name).toBe('session machine');
});

it('stands in the documentation as it is', () => {
  const code = readFileSync(new URL('client.ts', import.meta.url), 'utf8');
  expect(readFileSync('docs/attach-a-client.md', 'utf8')).toContain(`\`\`\`ts\n${code}\`\`\`\n`);
});
