import { XmlDocument } from 'libxml2-wasm';
import type { XmlElement } from 'libxml2-wasm';
import { expect, it } from 'vitest';
import { renderBadge } from './badge.ts';
import { conformingServer, faultyServer } from './fixtures.ts';
import { applyGate } from './gate.ts';
import type { Result } from './result.ts';

it.each([
  ['DRISC: conforms 9/9', conformingServer()],
  ['DRISC: 3 broken', faultyServer()],
  ['DRISC: nothing exercised', { ...conformingServer(), rules: [] }],
  ['DRISC: interrupted', { ...conformingServer(), complete: false }],
  [
    'DRISC: gate closed',
    applyGate(conformingServer(), { today: '2026-11-22', known: [{ rule: 'no/such', reason: 'x' }] }),
  ],
] satisfies [string, Result][])('says %s', (label, result) => {
  using document = XmlDocument.fromString(renderBadge(result));
  expect((document.get('/*') as XmlElement).attr('aria-label')?.value).toBe(label);
  expect(renderBadge(result)).not.toMatch(/href|url\((?!#)|@import/);
});
