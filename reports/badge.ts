import { create } from 'xmlbuilder2';
import { textWidth } from './html/fit-text.ts';
import type { Result } from './result.ts';
import { verdictSentence } from './sentence.ts';
import { countVerdicts, exitCodeOf, overallVerdict } from './verdict.ts';
import type { GateOptions, OverallVerdict } from './verdict.ts';

const COLORS: Record<OverallVerdict, string> = {
  conforms: '#12704a',
  'does-not-conform': '#b3213b',
  'nothing-exercised': '#56606f',
  interrupted: '#8a4f00',
  error: '#98206f',
};

const LABEL = 'DRISC';

/** A run as a badge for a README: an SVG image that loads nothing. */
export function renderBadge(result: Result, options: GateOptions = {}): string {
  const verdict = overallVerdict(result, options);
  const text = badgeText(result, options);
  const left = textWidth(LABEL) + 14;
  const right = textWidth(text) + 14;
  const closed = verdict === 'conforms' && exitCodeOf(result, options) !== 0;
  const width = Math.round(left + right);
  const svg = create().ele('svg', {
    xmlns: 'http://www.w3.org/2000/svg',
    width,
    height: 20,
    role: 'img',
    'aria-label': `${LABEL}: ${text}`,
  });
  svg.ele('title').txt(verdictSentence(result, options));
  svg.ele('clipPath', { id: 'r' }).ele('rect', { width, height: 20, rx: 4 });
  const group = svg.ele('g', { 'clip-path': 'url(#r)' });
  group.ele('rect', { width: left, height: 20, fill: '#3c4450' });
  group.ele('rect', {
    x: left,
    width: right,
    height: 20,
    fill: closed ? COLORS['does-not-conform'] : COLORS[verdict],
  });
  const texts = svg.ele('g', {
    fill: '#fff',
    'text-anchor': 'middle',
    'font-family': 'Verdana,DejaVu Sans,sans-serif',
    'font-size': 11,
  });
  texts.ele('text', { x: left / 2, y: 14, textLength: left - 14 }).txt(LABEL);
  texts.ele('text', { x: left + right / 2, y: 14, textLength: right - 14 }).txt(text);
  return `${svg.end({ headless: true })}\n`;
}

function badgeText(result: Result, options: GateOptions): string {
  const { pass, warn, fail } = countVerdicts(result.rules);
  switch (overallVerdict(result, options)) {
    case 'conforms':
      return exitCodeOf(result, options) === 0 ? `conforms ${pass}/${pass + warn + fail}` : 'gate closed';
    case 'does-not-conform':
      return `${fail || warn} broken`;
    case 'nothing-exercised':
      return 'nothing exercised';
    case 'interrupted':
      return 'interrupted';
    case 'error':
      return 'no verdict';
  }
}
