import { renderAnnotations } from './annotations.ts';
import { renderBadge } from './badge.ts';
import { renderCtrf } from './ctrf.ts';
import { renderHtml } from './html/page.tsx';
import { renderJson } from './json.ts';
import { renderJunit } from './junit.ts';
import { renderMarkdown } from './markdown.ts';
import { renderNdjson } from './ndjson.ts';
import { nearest } from './nearest.ts';
import type { Result } from './result.ts';
import { renderSarif } from './sarif.ts';
import { renderTerminal } from './terminal.ts';
import type { TerminalOptions } from './terminal.ts';

/** A way to show a result. */
export interface ReportFormat {
  /** As in `--report html`. */
  name: string;
  /** Of a file that it is written to: `html`, `xml`. */
  extension: string;
  /** The file that it is written to where no path is given. */
  file: string;
  /** What it is for, in a few words. */
  summary: string;
  render: (result: Result, options?: TerminalOptions) => string;
}

/** Every format that `--report` takes; the command line, the docs and the tests read this table. */
export const REPORT_FORMATS: readonly ReportFormat[] = [
  {
    name: 'terminal',
    extension: 'txt',
    file: 'report.txt',
    summary: 'text for a terminal',
    render: renderTerminal,
  },
  {
    name: 'html',
    extension: 'html',
    file: 'report.html',
    summary: 'one self-contained page for people',
    render: renderHtml,
  },
  {
    name: 'json',
    extension: 'json',
    file: 'result.json',
    summary: 'the result itself, for machines',
    render: renderJson,
  },
  {
    name: 'ndjson',
    extension: 'ndjson',
    file: 'result.ndjson',
    summary: 'the result as lines, as a run writes it',
    render: renderNdjson,
  },
  {
    name: 'junit',
    extension: 'xml',
    file: 'junit.xml',
    summary: 'JUnit XML for a CI server',
    render: renderJunit,
  },
  {
    name: 'markdown',
    extension: 'md',
    file: 'summary.md',
    summary: 'a summary for GITHUB_STEP_SUMMARY',
    render: renderMarkdown,
  },
  {
    name: 'github',
    extension: 'txt',
    file: 'annotations.txt',
    summary: 'annotations for a GitHub workflow',
    render: renderAnnotations,
  },
  {
    name: 'sarif',
    extension: 'sarif',
    file: 'drisc.sarif',
    summary: 'SARIF 2.1.0 for code scanning',
    render: renderSarif,
  },
  {
    name: 'ctrf',
    extension: 'json',
    file: 'ctrf.json',
    summary: 'CTRF JSON for test dashboards',
    render: renderCtrf,
  },
  {
    name: 'badge',
    extension: 'svg',
    file: 'badge.svg',
    summary: 'a badge for a README',
    render: renderBadge,
  },
];

/** What `--report FORMAT[=PATH]` asks for; without a path the caller chooses one. */
export interface ReportRequest {
  format: ReportFormat;
  path?: string;
}

/**
 * Reads `html=out.html` or `html`.
 * @throws {TypeError} where the format is unknown or the path is empty; names the nearest format.
 */
export function parseReportOption(option: string): ReportRequest {
  const equals = option.indexOf('=');
  const name = equals === -1 ? option : option.slice(0, equals);
  const format = REPORT_FORMATS.find((candidate) => candidate.name === name);
  if (!format) throw new TypeError(unknownFormat(name));
  if (equals === -1) return { format };
  const path = option.slice(equals + 1);
  if (path === '') {
    throw new TypeError(
      `--report ${option}: expected a path after "=", such as ${name}=report.${format.extension}`,
    );
  }
  return { format, path };
}

function unknownFormat(name: string): string {
  const names = REPORT_FORMATS.map((format) => format.name);
  const suggestion = nearest(name, names);
  const hint = suggestion === undefined ? '' : ` Did you mean ${suggestion}?`;
  return `--report: expected one of ${names.join(', ')}, got ${JSON.stringify(name)}.${hint}`;
}
