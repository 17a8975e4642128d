import pc from 'picocolors';
import picomatch from 'picomatch';
import { renderUnicodeCompact } from 'uqr';
import { FIRST_CONTACT } from '../contracts/client/measure.ts';
import type { Situation } from '../contracts/client/situation.ts';
import { attachDevice } from '../contracts/subject/device/device-client.ts';
import type { AttachedDevice } from '../contracts/subject/device/device-client.ts';
import { chooseDeviceSituations, estimateTime } from '../contracts/subject/device/device-situations.ts';
import { CLIENT_RULES } from '../protocol/rules/client-rules.ts';
import { requireLanAddresses } from './lan-addresses.ts';
import { createTerminalPerson } from './terminal-person.ts';

/** How a device in a person's hand reaches drisc, and what it is put through; `port` is 4010 unless told. */
export interface DeviceOptions {
  lan?: boolean;
  port?: number;
  rules?: string;
  replay?: Situation;
}

/**
 * Attaches a device that a person holds, and tells the person at the terminal how to point it here.
 * @param interrupt ends the run, as the person's "q" does
 * @throws {CommandError} where the network has no address. @throws {SubjectError} where the port is taken.
 */
export async function attachHeldDevice(
  options: DeviceOptions,
  interrupt: AbortSignal,
): Promise<AttachedDevice> {
  const { lan, port = 4010, replay } = options;
  const addresses = lan ? requireLanAddresses() : [];
  const situations = replay ? [replay] : chooseSituations(options.rules);
  const person = createTerminalPerson(interrupt);
  try {
    const host = lan ? '0.0.0.0' : '127.0.0.1';
    const device = await attachDevice({ person, situations, host, port });
    person.say(introduce(device, addresses, situations));
    const close = async (): Promise<void> => {
      person[Symbol.dispose]();
      await device.close();
    };
    return { ...device, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    person[Symbol.dispose]();
    throw error;
  }
}

/** Those that put rules to the test that are judged; the choice of rules itself is checked elsewhere. */
function chooseSituations(rules = '**'): Situation[] {
  const judges = picomatch(rules);
  const chosen = CLIENT_RULES.map(({ id }) => id).filter((id) => judges(id));
  return chooseDeviceSituations(chosen).map(({ situation }) => situation);
}

function introduce(
  { url, token, offerId }: AttachedDevice,
  addresses: readonly string[],
  situations: readonly Situation[],
): string {
  const { port } = new URL(url);
  const urls = addresses.map((address) => `http://${address}:${port}`);
  const [first] = urls;
  const where = first === undefined ? [`http://127.0.0.1:${port}`] : urls;
  const reach =
    first === undefined
      ? pc.dim('Only this machine reaches it; --lan lets the devices of your network in.')
      : renderUnicodeCompact(first);
  const rounds = [FIRST_CONTACT, ...situations];
  const minutes = Math.max(1, Math.round(rounds.reduce((sum, one) => sum + estimateTime(one), 0) / 60_000));
  return `
Point the device at ${where.map((one) => pc.bold(pc.green(one))).join(' or ')} as its DRISC server.
${reach}
  token  ${token}
  offer  ${offerId}
The device may use a token and an offer of its own instead: any are taken here.

${rounds.length} situations, about ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}. Do what follows an arrow; it goes on by itself when the device does it.
Press Enter where nothing happens. s skips a situation, q ends the run; there is a report all the same.`;
}
