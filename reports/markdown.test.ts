import { expect, it } from 'vitest';
import { conformingServer, faultyServer, HOSTILE } from './fixtures.ts';
import { applyGate } from './gate.ts';
import { markdownBlock, markdownCode, markdownText } from './markdown-text.ts';
import { renderMarkdown } from './markdown.ts';
import { renderMermaid } from './mermaid.ts';

it('tells a run with a diagram for each failure', () => {
  expect(renderMarkdown(faultyServer())).toMatchSnapshot();
});

it('says why the gate is closed', () => {
  const known = [{ rule: 'server/limit/list-active-sessions', reason: 'x' }];
  const text = renderMarkdown(applyGate(conformingServer(), { today: '2026-11-22', known }));
  expect(text).toMatch(/^## ❌ The server conforms/);
  expect(text).toContain('- server/limit/list-active-sessions is listed as a known failure and holds now');
});

it('fits into a step summary however much failed', () => {
  const result = faultyServer();
  const [failure] = result.rules[3]!.failures;
  result.rules[3]!.failures = Array.from({ length: 3000 }, () => failure!);
  const text = renderMarkdown(result);
  expect(Buffer.byteLength(text)).toBeLessThan(1024 * 1024);
  expect(text).toMatch(/\d+ more failures do not fit here/);
  expect(text).toContain('What this run does not say');
});

it.each([
  [
    '<b>&amp; *x* _y_ a_b [z](http://x) `c` $1$ ~d~',
    '&lt;b&gt;&amp;amp; \\*x\\* \\_y\\_ a_b \\[z\\](http://x) \\`c\\` \\$1\\$ \\~d\\~',
  ],
  ['# one\n- two | @three', '\\# one<br>- two &#124; &#64;three'],
  ['1. one', '1\\. one'],
])('shows %j as it is', (text, markdown) => {
  expect(markdownText(text)).toBe(markdown);
});

it('fences code beyond any backticks in it', () => {
  expect(markdownCode('a `` b')).toBe('``` a `` b ```');
  expect(markdownBlock('a\n```\nb')).toBe('````text\na\n```\nb\n````');
});

it('leaves Mermaid nothing to misread', () => {
  const text = renderMermaid(
    [
      {
        at: 0,
        device: 'end',
        kind: 'frame',
        direction: 'in',
        label: `the end; %% ${HOSTILE}`,
        offending: true,
      },
      { at: 5000, device: 'end', kind: 'note', label: '' },
    ],
    'server',
  );
  expect(text.split('\n')).toHaveLength(9);
  expect(text).not.toMatch(/;(?!\s*$)(?<!#\d+;)|%|"|<|>(?!>)(?<!->)(?<!->>)/m);
  expect(text).not.toMatch(/(?<!^ {2})\bend\b/m);
});
