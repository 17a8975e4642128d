import { expect, it } from 'vitest';
import { conformingServer, faultyClient, faultyServer } from '../fixtures.ts';
import { renderHtml } from './page.tsx';

it('opens on the verdict in one sentence', () => {
  expect(renderHtml(conformingServer())).toContain('<h1>The server conforms: 9 of 9 rules hold');
  expect(renderHtml(faultyServer())).toContain('<h1>The server does not conform: 3 of 10 rules are broken');
});

it('asks for nothing from anywhere', () => {
  for (const html of [renderHtml(faultyServer()), renderHtml(faultyClient())]) {
    expect(html).toContain(`content="default-src &#39;none&#39;`.replaceAll('&#39;', "'"));
    expect(html).not.toMatch(/\ssrc=|@import|url\(|<iframe|<object|<embed|<base|<form/i);
    const links = [...html.matchAll(/<link\b[^>]*>/g)].map(([link]) => link);
    expect(links).toEqual(['<link rel="icon" href="data:,"/>']);
  }
});

it('lets no text of a result become markup, a script or a link', () => {
  const html = renderHtml(faultyClient());
  expect(html.match(/<script/g)).toHaveLength(1);
  expect(html.match(/<\/script>/g)).toHaveLength(1);
  expect(html).toContain('&lt;script>alert(1)&lt;/script>');
  expect(html).not.toMatch(/href="javascript:/i);
  expect(html).toContain('a script');
});

it('draws each device and the server, marks the offending frame and labels an injected fault', () => {
  const html = renderHtml(faultyServer());
  for (const lifeline of ['tv-again', 'stranger', 'laptop', 'server']) {
    expect(html).toMatch(new RegExp(`<g class="lifeline [^"]*">.{0,300}>${lifeline}</text>`));
  }
  expect(html.match(/✗ here the rule breaks/g)).toHaveLength(3);
  expect(html).toContain('injected: delay-close 50 ms');
});

it('draws what was not walked of the model dashed', () => {
  const html = renderHtml(conformingServer());
  expect(html).toContain('6 of 6 states, 23 of 31 transitions, 71 of 112 pairs of transitions.');
  expect(html.match(/<g class="input unwalked">/g)).toHaveLength(8);
  expect(html.match(/<g class="input">/g)).toHaveLength(23);
});
