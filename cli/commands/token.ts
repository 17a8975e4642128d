import { readFile } from 'node:fs/promises';
import { Option } from 'commander';
import type { Command } from 'commander';
import { importJWK, importPKCS8, SignJWT } from 'jose';
import type { JWK } from 'jose';
import { mintFlawedToken, TOKEN_FLAWS } from '../../protocol/token-flaws.ts';
import type { TokenFlaw } from '../../protocol/token-flaws.ts';
import { mintCustomerToken } from '../../protocol/tokens.ts';
import { gatherConfig } from '../config/gather-config.ts';
import { CommandError, EXIT } from '../exit.ts';
import { parseDuration } from '../option-parsers.ts';

const ALGORITHMS = ['RS256', 'ES256', 'EdDSA'] as const;

interface TokenFlags {
  publisher?: string;
  secret?: string;
  key?: string;
  alg: (typeof ALGORITHMS)[number];
  keyId?: string;
  lifetime: number;
  flaw?: TokenFlaw;
  config?: string | false;
}

export function addTokenCommand(program: Command): void {
  program
    .command('token')
    .description("Print a customer's token: a good one, or one with a flaw, to try a client's error paths.")
    .argument('<customerId>', 'the customer')
    .option('--publisher <id>', 'the publisher; the first one configured unless told')
    .option('--secret <text>', 'its secret, where none is configured')
    .option('--key <file>', 'a private key (PEM or JWK) to sign with, for a publisher with a JWKS')
    .addOption(new Option('--alg <name>', 'the algorithm of that key').choices(ALGORITHMS).default('RS256'))
    .option('--key-id <kid>', 'the kid in the token’s header; that of the JWK unless told')
    .option('--lifetime <duration>', 'how long it holds', parseDuration, 15 * 60_000)
    .addOption(new Option('--flaw <name>', 'what is wrong with it').choices(TOKEN_FLAWS))
    .option('-c, --config <file>', 'the configuration that has the publisher')
    .option('--no-config', 'read no configuration file')
    .addHelpText('after', EXAMPLES)
    .action((customerId: string, flags: TokenFlags) => printToken(customerId, flags));
}

const EXAMPLES = `
Examples:
  drisc token 1001                                      for drisc serve, good for 15 minutes
  drisc token 1001 --lifetime 24h
  drisc token 1001 --flaw expired                       a server must answer it with 401
  drisc token 1001 --publisher 2000 --key private.jwk --alg ES256
`;

async function printToken(customerId: string, flags: TokenFlags): Promise<void> {
  const { config } = await gatherConfig({ ...pickConfig(flags), takeover: true, drisc: true });
  const publishers = config.publishers ?? [];
  const publisher =
    flags.publisher === undefined ? publishers[0] : publishers.find(({ id }) => id === flags.publisher);
  const publisherId = flags.publisher ?? publisher?.id ?? '';
  const { lifetime, flaw, key } = flags;
  if (key !== undefined) {
    if (flaw !== undefined)
      throw new CommandError(EXIT.usage, '--flaw takes a secret; it does not go with --key');
    process.stdout.write(`${await signWithKey({ customerId, publisherId }, flags, key)}\n`);
    return;
  }
  const secret = flags.secret ?? publisher?.secret;
  if (secret === undefined) {
    const known = publishers.map(({ id }) => id).join(', ');
    throw new CommandError(
      EXIT.usage,
      `no secret is known for publisher ${publisherId}; give one with --secret, or a key with --key (configured: ${known})`,
    );
  }
  const options = { secret, customerId, publisherId, now: Date.now(), lifetime };
  const token = flaw === undefined ? mintCustomerToken(options) : mintFlawedToken(options, flaw);
  process.stdout.write(`${await token}\n`);
}

function pickConfig({ config }: TokenFlags): { config?: string | false } {
  return config === undefined || (config as unknown) === true ? {} : { config };
}

async function signWithKey(
  claims: { customerId: string; publisherId: string },
  { alg, keyId, lifetime }: TokenFlags,
  file: string,
): Promise<string> {
  try {
    const text = await readFile(file, 'utf8');
    const jwk = text.trimStart().startsWith('{') ? (JSON.parse(text) as JWK) : undefined;
    const key = jwk ? await importJWK(jwk, alg) : await importPKCS8(text, alg);
    const kid = keyId ?? jwk?.kid;
    return await new SignJWT(claims)
      .setProtectedHeader({ alg, typ: 'JWT', ...(kid === undefined ? {} : { kid }) })
      .setExpirationTime(Math.floor((Date.now() + lifetime) / 1000))
      .sign(key);
  } catch (cause) {
    throw new CommandError(EXIT.usage, `--key ${file}: ${(cause as Error).message}`, { cause });
  }
}
