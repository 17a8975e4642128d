import { SERVER_RULES } from './catalogue.ts';
import { CLIENT_RULES } from './client-rules.ts';
import type { Rule } from './rule.ts';

/** The rules of both sides. */
export const ALL_RULES: readonly Rule[] = [...SERVER_RULES, ...CLIENT_RULES];
