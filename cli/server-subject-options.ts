import { readFileSync } from 'node:fs';
import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { resolveServerSubject } from '../contracts/server/server-subject.ts';
import type { ServerSubject } from '../contracts/server/server-subject.ts';
import { askProgram, readTokenList, signWithKey, signWithSecret } from '../contracts/subject/token-source.ts';
import type { TokenSource } from '../contracts/subject/token-source.ts';
import { nearest } from '../reports/nearest.ts';
import { CommandError, EXIT } from './exit.ts';
import { parseDuration, parseInteger } from './option-parsers.ts';

/** How a server under test is described, by flags or by a file. */
export interface ServerSubjectFlags {
  subject?: string;
  url?: string;
  publisher?: string;
  secret?: string;
  key?: string;
  tokenCommand?: string;
  tokens?: string;
  offer?: string[];
  tag?: string;
  limit?: number;
  pongTimeout?: number | 'auto';
  takeover?: boolean;
  disabledPublisher?: string;
  maxRate?: number;
}

const duration = z.union([
  z.number().positive(),
  z.string().regex(/^\d+(\.\d+)?(ms|s|m)?$/, 'expected a duration such as 900ms or 5s'),
]);

/** What each member of the subject file says, and the flag of its name. */
const SAYS = {
  url: "the server's base URL, such as https://drisc.example",
  publisher: 'a publisher of the server',
  secret: "the publisher's secret, HS256; or in the environment as DRISC_SECRET",
  key: "instead of the secret: the publisher's private key in PEM (RS256, ES256, EdDSA)",
  tokenCommand: 'instead: a program that prints the token of DRISC_CUSTOMER_ID',
  tokens: 'instead: ready tokens, a line "CUSTOMER TOKEN" each; no other customers are used',
  tag: 'a tag of the first offer',
  limit: 'sessions allowed per customer at the first offer',
  pongTimeout: "the server's deadline for PONG, or auto to measure it; 5s unless told",
  disabledPublisher: 'a publisher with DRISC switched off',
  maxRate: 'the most requests and connections a second',
} as const;

const text = (description: string): z.ZodOptional<z.ZodString> => z.string().meta({ description }).optional();

/** The subject file: the flags' names, without the dashes before them. */
export const subjectFileSchema = z.strictObject({
  url: z.url().meta({ description: SAYS.url }).optional(),
  publisher: z
    .union([z.string(), z.number()])
    .transform(String)
    .meta({ description: SAYS.publisher })
    .optional(),
  secret: text(SAYS.secret),
  key: text(SAYS.key),
  tokenCommand: text(SAYS.tokenCommand),
  tokens: text(SAYS.tokens),
  offers: z
    .array(z.string())
    .min(1)
    .meta({ description: 'offers; a second one lets pools be told apart' })
    .optional(),
  tag: text(SAYS.tag),
  limit: z.int().min(1).meta({ description: SAYS.limit }).optional(),
  pongTimeout: z
    .union([duration, z.literal('auto')])
    .meta({ description: SAYS.pongTimeout })
    .optional(),
  takeover: z
    .boolean()
    .meta({ description: 'false where takeover is switched off at the publisher' })
    .optional(),
  disabledPublisher: text(`${SAYS.disabledPublisher}, as id:secret`),
  maxRate: z.number().positive().meta({ description: SAYS.maxRate }).optional(),
});

/** Adds the flags that describe a server. */
export function addServerSubjectOptions(command: Command): Command {
  return command
    .option('--subject <file>', 'read what the flags below say from a YAML file; a flag wins over the file')
    .option('--url <url>', SAYS.url)
    .option('--publisher <id>', SAYS.publisher)
    .option('--secret <secret>', SAYS.secret)
    .option('--key <file>', SAYS.key)
    .option('--token-command <command>', SAYS.tokenCommand)
    .option('--tokens <file>', SAYS.tokens)
    .option('--offer <id>', 'an offer; a second one lets pools be told apart', collect)
    .option('--tag <tag>', SAYS.tag)
    .option('--limit <sessions>', SAYS.limit, parseInteger(1, 100))
    .option('--pong-timeout <duration>', SAYS.pongTimeout, parseDeadline)
    .option('--no-takeover', 'takeover is switched off at the publisher')
    .option('--disabled-publisher <id:secret>', SAYS.disabledPublisher, parseDisabledPublisher)
    .option('--max-rate <number>', SAYS.maxRate, parseInteger(1, 10_000));
}

function collect(text: string, earlier: string[] | undefined): string[] {
  return [...(earlier ?? []), text];
}

function parseDeadline(text: string): number | 'auto' {
  return text === 'auto' ? text : parseDuration(text);
}

function parseDisabledPublisher(text: string): string {
  if (/^[^:]+:.+$/.test(text)) return text;
  throw new InvalidArgumentError('Expected an id, a colon and a secret.');
}

/** Puts file and flags together. @throws {CommandError} says what is missing or wrong, and where. */
export function readServerSubject(given: ServerSubjectFlags): ServerSubject {
  const flags =
    given.subject === undefined ? given : { ...readSubjectFile(given.subject), ...withoutDefaults(given) };
  const { url, publisher, offer, limit, disabledPublisher } = flags;
  const missing = Object.entries({ url, publisher, offer, limit }).filter(([, value]) => value === undefined);
  if (missing.length > 0) {
    const names = missing.map(([name]) => `--${name}`).join(', ');
    throw new CommandError(EXIT.usage, `${names} missing: give it as a flag, or in a file with --subject`);
  }
  const [id, ...secret] = disabledPublisher?.split(':') ?? [];
  try {
    return resolveServerSubject({
      url: url!,
      publisherId: publisher!,
      tokens: readTokens(publisher!, flags),
      offers: offer!,
      tag: flags.tag,
      limit: limit!,
      pongTimeout: flags.pongTimeout,
      takeover: flags.takeover,
      disabledPublisher: id === undefined ? undefined : { id, secret: secret.join(':') },
      customerPrefix: `drisckit-${Date.now().toString(36)}`,
      maxRate: flags.maxRate,
    });
  } catch (error) {
    if (error instanceof TypeError) throw new CommandError(EXIT.usage, error.message, { cause: error });
    throw error;
  }
}

/** Commander gives `takeover: true` where `--no-takeover` was not said: that is no wish. */
function withoutDefaults(flags: ServerSubjectFlags): ServerSubjectFlags {
  const { takeover, ...rest } = flags;
  const said = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  return takeover === false ? { ...said, takeover } : said;
}

function readTokens(publisher: string, flags: ServerSubjectFlags): TokenSource {
  const { key, tokenCommand, tokens } = flags;
  // An empty variable counts as not set: so a fork's pull request has the secrets of a project.
  const secret = flags.secret || process.env['DRISC_SECRET'] || undefined;
  const given = Object.entries({ key, tokenCommand, tokens, secret: flags.secret }).filter(
    ([, value]) => value,
  );
  if (given.length > 1) {
    throw new TypeError(`tokens come from one place: give one of ${given.map(([name]) => name).join(', ')}`);
  }
  if (key !== undefined) return signWithKey(publisher, readText(key));
  if (tokenCommand !== undefined) return askProgram(tokenCommand);
  if (tokens !== undefined) return readTokenList(readText(tokens));
  if (secret !== undefined) return signWithSecret(publisher, secret);
  throw new TypeError(
    'no way to get tokens: give --secret (or DRISC_SECRET), --key, --token-command or --tokens',
  );
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new CommandError(EXIT.usage, `cannot read ${path}: ${(cause as Error).message}`, { cause });
  }
}

function readSubjectFile(path: string): ServerSubjectFlags {
  const lines = new LineCounter();
  const document = parseDocument(readText(path), { lineCounter: lines });
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${path}:${line}:${col}`;
  };
  const [broken] = document.errors;
  if (broken) throw new CommandError(EXIT.usage, `${place(broken.pos[0])}: ${broken.message.split('\n')[0]}`);
  const parsed = subjectFileSchema.safeParse(document.toJS());
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    const name = issue.code === 'unrecognized_keys' ? issue.keys[0]! : String(issue.path[0] ?? '');
    throw new CommandError(
      EXIT.usage,
      `${place(offsetOf(document.contents, name))}: ${describeIssue(issue, name)}`,
    );
  }
  const { offers, pongTimeout, ...rest } = parsed.data;
  return {
    ...rest,
    ...(offers ? { offer: offers } : {}),
    ...(pongTimeout === undefined ? {} : { pongTimeout: parseDeadline(String(pongTimeout)) }),
  } as ServerSubjectFlags;
}

function describeIssue(issue: z.core.$ZodIssue, name: string): string {
  if (issue.code !== 'unrecognized_keys') return `${name}: ${issue.message}`;
  const suggestion = nearest(name, Object.keys(subjectFileSchema.shape));
  return `unknown key ${JSON.stringify(name)}${suggestion === undefined ? '' : `; did you mean ${suggestion}?`}`;
}

/** Where a key of the file's mapping stands. */
function offsetOf(contents: unknown, name: string): number {
  const { items = [] } = (contents ?? {}) as {
    items?: { key?: { value?: unknown; range?: [number, number, number] } }[];
  };
  return items.find(({ key }) => key?.value === name)?.key?.range?.[0] ?? 0;
}
