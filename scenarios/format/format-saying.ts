import type { Saying } from '../scenario.ts';

/** Writes a saying on one line: `app: sends PONG`. */
export function formatSaying({
  actor,
  template,
  slots,
}: Pick<Saying, 'actor' | 'template' | 'slots'>): string {
  return `${actor}: ${template.replaceAll(/\{(\w+)\}/g, (_, name: string) => slots[name] ?? name)}`;
}
