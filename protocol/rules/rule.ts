import type { Mark } from '../mark.ts';

/** The pages that a rule's text was taken from, by the short names of PROTOCOL.md. */
export const SOURCES = {
  'Integration Guide': 'https://developers.cleeng.com/docs/simultaneous-session-control-integration-guide',
  'Configure Session Control': 'https://developers.cleeng.com/docs/integration-guide-1',
  'Configure Takeover': 'https://developers.cleeng.com/docs/takeover-configuration',
  'Handling DRISC Disabled': 'https://developers.cleeng.com/docs/handling-disable-drisc',
  'Client Side Messages': 'https://developers.cleeng.com/docs/drisc-client-side-messages',
  'Server Side Messages': 'https://developers.cleeng.com/docs/drisc-server-side-messages',
  'Initiate Session': 'https://developers.cleeng.com/reference/initiate-session',
  'Takeover Session': 'https://developers.cleeng.com/reference/takeoversession',
  Authorisation: 'https://developers.cleeng.com/docs/authorisation',
} as const;

export type SourceName = keyof typeof SOURCES;

/** A requirement that a contract can judge. Pure data: what puts it to the test lives in contracts/. */
export interface Rule {
  /** `side/section/what-holds`. Never reused, never renamed. */
  readonly id: string;
  readonly side: 'server' | 'client';
  readonly section: string;
  readonly level: 'MUST' | 'SHOULD' | 'MAY';
  /** A few words, present tense. */
  readonly title: string;
  /** The requirement in one sentence, as PROTOCOL.md has it. */
  readonly text: string;
  /** The requirement's number in PROTOCOL.md. */
  readonly clause: string;
  readonly mark: Mark;
  /** Nothing where the mark is `A`. */
  readonly sources: readonly SourceName[];
  /** What a viewer or the publisher suffers when it is broken. */
  readonly why: string;
  /** The entry of the ambiguity register that widens what is accepted. */
  readonly ambiguity?: string;
  /** The rule set revision that it came with. */
  readonly since: string;
}

/** The first revision of the rule set: what a rule came with that names no other. */
export const FIRST_REVISION = '2026-11';

/** The present revision of the rule set: a year and a month. Rules that came with an earlier one are frozen. */
export const RULES_REVISION = '2026-12';

/** A rule as its section's file writes it: side and section come from the id. */
export type RuleData = Omit<Rule, 'side' | 'section' | 'since' | 'sources'> & {
  readonly sources?: readonly SourceName[];
  readonly since?: string;
};

/** Completes the rules of one section. @throws {TypeError} on an id of another form. */
export function defineRules(rules: readonly RuleData[]): readonly Rule[] {
  return rules.map((rule) => {
    const [side, section] = rule.id.split('/');
    if ((side !== 'server' && side !== 'client') || !section) {
      throw new TypeError(`rule id ${rule.id}: expected server/SECTION/NAME or client/SECTION/NAME`);
    }
    return Object.freeze({ sources: [], since: FIRST_REVISION, ...rule, side, section });
  });
}
