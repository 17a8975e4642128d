import { describe, expect, it } from 'vitest';
import { conformingServer, faultyClient, faultyServer, HOSTILE } from './fixtures.ts';
import { parseReportOption, REPORT_FORMATS } from './formats.ts';

// eslint-disable-next-line no-control-regex
const FORBIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]|\p{Surrogate}/u;

describe.each(REPORT_FORMATS)('$name', ({ name, render }) => {
  const isData = name === 'json' || name === 'ndjson';

  it('carries no control character, lone surrogate or reordering mark, whatever a result holds', () => {
    expect(HOSTILE).toMatch(FORBIDDEN);
    const text = render(faultyClient());
    // JSON carries data, not text: JSON.parse gives back what was there, and no byte of it is a control character.
    expect(isData ? text.replaceAll('\u202e', '') : text).not.toMatch(FORBIDDEN);
  });

  it.skipIf(name === 'badge')(
    'shows a failure with its rule, message, expectation and replay command',
    () => {
      // Markdown's escapes are no part of what is shown.
      const text = render(faultyServer())
        .replaceAll(/\\(?=[^\w\s"])/g, '')
        .replaceAll('&#58;', ':');
      expect(text).toContain('server/ping/missed-pong-frees-slot');
      expect(text).toContain('A session that never answered PING still holds its slot after the deadline.');
      expect(text).toContain('tv is deleted 5.0 s after its PING');
      expect(text).toContain('drisc test server http://127.0.0.1:8787 --replay v1.1207964.5');
    },
  );

  it('gives the same text for the same result, and ends it with a newline', () => {
    expect(render(conformingServer())).toBe(render(conformingServer()));
    expect(render(conformingServer())).toMatch(/[^\n]\n$/);
  });
});

describe('parseReportOption', () => {
  it('reads a format with and without a path', () => {
    expect(parseReportOption('html=out/a=b.html')).toMatchObject({
      format: { name: 'html' },
      path: 'out/a=b.html',
    });
    expect(parseReportOption('junit').format.extension).toBe('xml');
    expect(parseReportOption('junit')).not.toHaveProperty('path');
  });

  it('names the nearest format', () => {
    expect(() => parseReportOption('htlm=x')).toThrow(
      /expected one of .*html.*got "htlm"\. Did you mean html\?/,
    );
    expect(() => parseReportOption('spreadsheet')).toThrow(/got "spreadsheet"\.$/);
    expect(() => parseReportOption('html=')).toThrow('such as html=report.html');
  });
});
