import picocolors from 'picocolors';
import { expect, it } from 'vitest';
import { conformingServer, faultyClient, faultyServer } from './fixtures.ts';
import { renderTerminal } from './terminal.ts';

it('tells a run with failures so that a person can act', () => {
  expect(renderTerminal(faultyServer())).toMatchSnapshot();
});

it('shows hostile texts as escapes', () => {
  expect(renderTerminal(faultyClient())).toMatchSnapshot();
});

it('is a line a broken rule and the verdict when quiet', () => {
  expect(renderTerminal(faultyServer(), { quiet: true }).trimEnd().split('\n')).toEqual([
    '✗ server/limit/list-active-sessions The refusal lists a session of another customer.',
    '⚠ server/limit/answer-at-once The refusal came after 5.1 s: the server waits for the PONG deadline first.',
    '✗ server/ping/missed-pong-frees-slot A session that never answered PING still holds its slot after the deadline.',
    '✗ server/reconnect/superseded-is-mute FINISHED on the superseded connection ended the session of the newer one.',
    '',
    expect.stringContaining('The server does not conform'),
  ]);
  expect(renderTerminal(conformingServer(), { quiet: true })).toMatch(/^The server conforms: .*\n$/);
});

it('colours with the palette it is given and with none by itself', () => {
  const palette = picocolors.createColors(true);
  expect(renderTerminal(faultyServer())).not.toContain('\u001b');
  expect(renderTerminal(faultyServer(), { palette })).toContain(palette.red('✗'));
});

it('names no rules where nothing was put to the test and a note says why', () => {
  const { rules, ...rest } = conformingServer();
  const untested = rules.map((rule) => ({ ...rule, exercised: 0 }));
  const text = renderTerminal({ ...rest, rules: untested, notes: ['The client sent no request.'] });
  expect(text).toContain('The client sent no request.');
  expect(text).not.toContain(rules[0]!.title);
  expect(renderTerminal({ ...rest, rules: untested, notes: [] })).toContain(rules[0]!.title);
});
