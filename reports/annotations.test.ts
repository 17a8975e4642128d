import { expect, it } from 'vitest';
import { renderAnnotations } from './annotations.ts';
import { conformingServer, faultyClient, faultyServer } from './fixtures.ts';
import { applyGate } from './gate.ts';

it('annotates failures as errors and the rest as warnings, the verdict first', () => {
  const lines = renderAnnotations(faultyServer()).trimEnd().split('\n');
  expect(lines.map((line) => line.slice(0, 60))).toEqual([
    '::error title=DRISC conformance::The server does not conform',
    '::error title=3.22 The refusal lists every session of the po',
    '::error title=4.24 A session that does not answer in time is',
    '::error title=4.43 A superseded connection has no effect any',
    '::warning title=3.24 A refusal does not wait for PONGs (serv',
  ]);
  expect(renderAnnotations(conformingServer())).toMatch(
    /^::notice title=DRISC conformance::The server conforms.*\n$/,
  );
});

it('is one command a line, whatever a text holds', () => {
  const lines = renderAnnotations(faultyClient()).trimEnd().split('\n');
  expect(lines).toHaveLength(3);
  for (const line of lines) expect(line).toMatch(/^::(error|warning|notice) [^\r\n]*::[^\r\n]+$/);
  const failed = lines.find((line) => line.includes('no-way-back'));
  expect(failed).toMatch(/^::error file=scenarios\/takeover\.scenario\.yaml,line=12,col=5,title=5\.23 /);
  // A text's own "::error::" must not begin a command, nor its commas a property.
  expect(failed?.slice(0, failed.indexOf('::The client'))).not.toMatch(/.::/);
  expect(failed).toContain('%250A');
});

it('shows a known failure as a warning and a closed gate as an error', () => {
  const known = [
    { rule: 'server/ping/missed-pong-frees-slot', reason: 'x' },
    { rule: 'server/finished/slot-is-free', reason: 'x' },
  ];
  const text = renderAnnotations(applyGate(faultyServer(), { today: '2026-11-22', known }));
  expect(text).toMatch(/^::warning title=4\.24 /m);
  expect(text).toMatch(/^::error title=The gate::server\/finished\/slot-is-free is listed/m);
});

it('keeps to what GitHub shows', () => {
  const result = faultyServer();
  result.rules[3]!.failures = Array.from({ length: 30 }, () => result.rules[3]!.failures[0]!);
  expect(renderAnnotations(result).match(/^::error/gm)).toHaveLength(10);
});
