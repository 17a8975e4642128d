import type { RuleResult } from './result.ts';

export interface Section {
  name: string;
  rules: RuleResult[];
}

/** Groups rules by section, in the order in which sections first appear. */
export function sectionsOf(rules: readonly RuleResult[]): Section[] {
  const sections = new Map<string, Section>();
  for (const rule of rules) {
    const section = sections.get(rule.section) ?? { name: rule.section, rules: [] };
    section.rules.push(rule);
    sections.set(rule.section, section);
  }
  return [...sections.values()];
}
