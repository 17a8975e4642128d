import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import type { AttachedClient } from '../contracts/subject/attached-client.ts';
import { attachCommand } from '../contracts/subject/command-client.ts';
import { attachModule } from '../contracts/subject/module-client.ts';
import { attachHeldDevice } from './attach-device.ts';
import type { DeviceOptions } from './attach-device.ts';
import { attachPage } from '../contracts/subject/page/attach-page.ts';
import { parseOrigin } from '../contracts/subject/page/origin.ts';
import { loadPageDriver } from './load-page-driver.ts';
import { CommandError, EXIT } from './exit.ts';
import { parseInteger } from './option-parsers.ts';
import { quoteForShell } from './quote.ts';

/** The options that say which client is judged, and how it is reached. */
export interface AttachmentOptions extends DeviceOptions {
  command?: string;
  module?: string;
  wait?: boolean;
  page?: string;
  driver?: string;
  intercept?: string;
  browser: string;
  jobs: number;
}

/** One way to attach a client; the option of its name asks for it. */
interface Attachment {
  readonly name: 'command' | 'module' | 'page' | 'wait';
  attach(asked: string, options: AttachmentOptions, interrupt: AbortSignal): Promise<AttachedClient>;
  /** Further options that a replay of the same client needs, as flag and value. */
  flags?(options: AttachmentOptions): readonly (readonly [flag: string, value: string | true | undefined])[];
}

const ATTACHMENTS: readonly Attachment[] = [
  { name: 'command', attach: (command, { jobs }) => attachCommand({ command, lanes: jobs }) },
  { name: 'module', attach: (file, { jobs }) => attachModule({ file, lanes: jobs }) },
  {
    name: 'page',
    async attach(page, { driver, intercept, browser, jobs }) {
      return attachPage({
        page,
        driver: driver === undefined ? undefined : await loadPageDriver(driver),
        intercept,
        browser,
        lanes: jobs,
      });
    },
    flags: ({ driver, intercept, browser }) => [
      ['--driver', driver],
      ['--intercept', intercept],
      ['--browser', browser === 'chromium' ? undefined : browser],
    ],
  },
  {
    name: 'wait',
    attach: (_, options, interrupt) => attachHeldDevice(options, interrupt),
    flags: ({ lan, port }) => [
      ['--lan', lan ? true : undefined],
      ['--port', port === undefined ? undefined : String(port)],
    ],
  },
];

/** Adds the options that say which client is judged; exactly one of them names it. */
export function addAttachmentOptions(command: Command): Command {
  return command
    .option('--command <command>', 'start the client as a process (docs/driver-protocol.md)')
    .option('--module <file>', 'the client is an object: a file whose default export is defineClient({ … })')
    .option(
      '--page <address>',
      'open a page in a browser: a URL, a folder or an HTML file (docs/attach-a-client.md)',
    )
    .option(
      '--driver <file>',
      'a module that exports "driver": the CSS selectors of what to press and to read',
    )
    .option('--intercept <origin>', 'lead what the page sends to this origin to the simulator', checkOrigin)
    .option('--browser <browser>', 'chromium, firefox, webkit, or the path of a Chromium', 'chromium')
    .option(
      '--wait',
      'the client is a device in your hand: the terminal says what to do, and asks what you see',
    )
    .option('--lan', 'with --wait: let devices of the local network in; prints the address as a QR code')
    .option(
      '-p, --port <number>',
      'with --wait: where the device finds drisc; 4010 unless told',
      parseInteger(0, 65_535),
    )
    .option('-j, --jobs <number>', 'how many clients to run at once', parseInteger(1, 64), 6);
}

/**
 * Attaches the client that the options name.
 * @param interrupt when the person who holds it wants no more
 * @throws {CommandError} unless they name exactly one. @throws {SubjectError} when it cannot be attached.
 */
export async function attachClient(
  options: AttachmentOptions,
  interrupt: AbortSignal,
): Promise<AttachedClient> {
  const { attachment, asked } = chooseAttachment(options);
  return attachment.attach(String(asked), options, interrupt);
}

/** The options that name the same client, for a command line to copy. */
export function formatAttachment(options: AttachmentOptions): string {
  const { attachment, asked } = chooseAttachment(options);
  const flags = [[`--${attachment.name}`, asked], ...(attachment.flags?.(options) ?? [])] as const;
  return flags
    .flatMap(([flag, value]) =>
      value === undefined ? [] : value === true ? [flag] : [`${flag} ${quoteForShell(value)}`],
    )
    .join(' ');
}

function chooseAttachment(options: AttachmentOptions): { attachment: Attachment; asked: string | true } {
  if (options.command?.trim() === '')
    throw new CommandError(
      EXIT.usage,
      '--command: expected a command line, got nothing; is its variable set?',
    );
  const chosen = ATTACHMENTS.flatMap((attachment) => {
    const asked = options[attachment.name];
    return asked === undefined || asked === false ? [] : [{ attachment, asked }];
  });
  const [first, second] = chosen;
  const all = ATTACHMENTS.map(({ name }) => `--${name}`).join(', ');
  if (!first) throw new CommandError(EXIT.usage, `name the client to judge: ${all} (see --help)`);
  if (second) {
    const both = `--${first.attachment.name} and --${second.attachment.name}`;
    throw new CommandError(EXIT.usage, `${both} name a client each; give one of ${all}`);
  }
  return first;
}

function checkOrigin(text: string): string {
  try {
    return parseOrigin(text).origin;
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}
