import type { Settings } from '../../protocol/settings.ts';
import type { Device } from './device.ts';
import type { Bench, DirectCheck } from './direct-check.ts';
import { Unmet } from './violation.ts';
import type { Wire } from './wire.ts';

/** What a server makes of frames that are none of the protocol's. */
export const badFrameChecks: readonly DirectCheck[] = [
  {
    // 4.53 A server MUST NOT let anything that a connection sends end or disturb another session.
    rule: 'server/robustness/bad-frames-harm-nobody',
    async run(bench) {
      const witness = bench.device('witness', { customerId: await bench.anotherCustomer() });
      await bench.createdBy(witness, 'witness');
      const watched = await bench.connectedBy(witness);
      for (const misbehaviour of MISBEHAVIOURS) await misbehaveAndLeave(bench, misbehaviour);
      watched.sendAction('REQUESTED');
      if (await bench.hears(watched, 'OK')) return;
      throw bench.violation(
        'the other session goes on',
        'it gets no answer',
        'Bad frames end another session.',
      );
    },
  },
  {
    // 4.51, 4.52 Bad frames SHOULD be ignored, or close that one connection, whose session is then lost, not deleted.
    rule: 'server/robustness/keep-session',
    async run(bench) {
      const fates = new Map<string, Fate>();
      for (const [n, { frame, act }] of MISBEHAVIOURS.entries()) {
        const { device, wire } = await connect(bench);
        if (n === 0) await expectRepeats(bench, wire);
        act(wire);
        if (frame === undefined) await watch(bench, wire);
        else fates.set(frame, await readFate(bench, wire, frame));
        wire.cut();
        await comeBack(bench, device);
        await bench.finish(device);
      }
      noteFates(bench, fates);
    },
  },
];

/** Something that a connection does and should not. */
interface Misbehaviour {
  /** What a report calls the frame, where it is unknown or malformed as AMB-9 means it. */
  readonly frame?: string;
  readonly act: (wire: Wire) => void;
}

const MISBEHAVIOURS: readonly Misbehaviour[] = [
  { frame: 'broken JSON', act: (wire) => wire.send('{"action":') },
  { frame: 'null', act: (wire) => wire.send('null') },
  { frame: 'a list', act: (wire) => wire.send('[]') },
  { frame: 'an empty text', act: (wire) => wire.send('') },
  { frame: 'an unknown action', act: (wire) => wire.send('{"action":"DANCE"}') },
  { frame: 'an action that is a number', act: (wire) => wire.send('{"action":42}') },
  { frame: 'a binary message', act: (wire) => wire.send(new Uint8Array([0, 159, 146, 150])) },
  { act: (wire) => wire.send(JSON.stringify({ action: 'PONG', padding: 'x'.repeat(1_000_000) })) },
  {
    frame: 'an unknown action in fragments',
    act: (wire) => wire.sendFragments(['{"act', 'ion":"NON', 'SENSE"}']),
  },
  { act: (wire) => wire.cut() },
];

/** What a frame leads to for the connection that it came on. */
type Fate = Settings['badFrames'];

/** Who takes a repeated REQUESTED amiss has a rule of its own to break. @throws {Unmet} */
async function expectRepeats(bench: Bench, wire: Wire): Promise<void> {
  wire.sendAction('REQUESTED');
  if (!(await bench.hears(wire, 'OK'))) throw new Unmet('It needs OK for a repeated REQUESTED');
}

/**
 * What was sent before REQUESTED is handled before it (4.57), so that OK tells that the connection goes on.
 * @throws {Violation} where it neither goes on nor is closed.
 */
async function readFate(bench: Bench, wire: Wire, frame: string): Promise<Fate> {
  wire.sendAction('REQUESTED');
  if (await bench.hears(wire, 'OK')) return 'ignore';
  if (await bench.hears(wire, 'EXPIRED', 0))
    throw bench.violation('OK', 'EXPIRED', `The session ends after ${frame}.`);
  if (wire.state === 'closed') return 'close';
  throw bench.violation('OK, or a close', 'nothing', `A connection is deaf after ${frame}.`);
}

/** Gives a server time to close a connection. */
async function watch(bench: Bench, wire: Wire): Promise<void> {
  await bench.record.until(() => (wire.state === 'closed' ? true : undefined), bench.habits.settle);
}

async function connect(bench: Bench) {
  const device = bench.device('rascal');
  await bench.createdBy(device, 'rascal');
  return { device, wire: await bench.connectedBy(device) };
}

/** @throws {Violation} where the session is gone. */
async function comeBack(bench: Bench, device: Device): Promise<void> {
  const back = await device.open(bench.habits.patience);
  back.sendAction('REQUESTED');
  if (await bench.hears(back, 'OK')) return;
  throw bench.violation('OK', back.frames.at(-1)?.entry.raw ?? 'nothing', 'A bad frame ends the session.');
}

/** AMB-9: in one word where a server treats all frames alike. */
function noteFates(bench: Bench, fates: ReadonlyMap<string, Fate>): void {
  const closing = [...fates].filter(([, fate]) => fate === 'close').map(([frame]) => frame);
  if (closing.length === 0) bench.readings.noteSettings({ badFrames: 'ignore' });
  else if (closing.length === fates.size) bench.readings.noteSettings({ badFrames: 'close' });
  else {
    const list = new Intl.ListFormat('en').format(closing);
    bench.readings.note('AMB-9', `closes the connection after ${list}; ignores the others`);
  }
}

/** What becomes of the rascal itself is another rule's affair. */
async function misbehaveAndLeave(bench: Bench, { act }: Misbehaviour): Promise<void> {
  try {
    const { device, wire } = await connect(bench);
    act(wire);
    await watch(bench, wire);
    wire.cut();
    await bench.finish(device);
  } catch (error) {
    if (!(error instanceof Unmet)) throw error;
  }
}
