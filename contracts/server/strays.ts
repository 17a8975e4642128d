import type { Bench, DirectCheck } from './direct-check.ts';
import { provokePing } from './provoke-ping.ts';
import { describeAnswer } from './http-answer.ts';
import { Unmet } from './violation.ts';
import type { Wire } from './wire.ts';

/**
 * What a connection may bring about that is not its session's own (any more), or that does not read: nothing. A device
 * that stops reading acknowledges no close, so that its connection stays half open as long as the server lets it.
 */
export const strayChecks: readonly DirectCheck[] = [
  {
    // 4.36 A `FINISHED` on a connection that is not associated MUST have no effect.
    rule: 'server/finish/own-connection-only',
    async run(bench) {
      const device = bench.device('phone');
      await bench.createdBy(device, 'phone');
      await bench.connectedBy(device);
      const stray = await device.open(bench.habits.patience);
      stray.sendAction('FINISHED');
      // Messages of one connection are handled in their order (4.57): the answer comes after the FINISHED.
      stray.sendAction('REQUESTED');
      if (await bench.hears(stray, 'OK')) return;
      throw bench.violation(
        'OK',
        stray.frames.at(-1)?.entry.raw ?? `no answer; the connection is ${stray.state}`,
        'FINISHED on a connection that never sent REQUESTED ends the session.',
      );
    },
  },
  {
    // 4.29 A `PONG` … on a connection that is not associated, MUST have no effect.
    rule: 'server/liveness/pong-of-own-connection',
    async run(bench) {
      const device = bench.device('phone');
      await bench.createdBy(device, 'phone');
      const own = await bench.connectedBy(device);
      own.answersPing = false;
      const stray = await device.open(bench.habits.patience);
      await provokePing(bench, own);
      stray.sendAction('PONG');
      const within = bench.pongTimeout + bench.habits.patience;
      // Where the opening alone supersedes (4.40), no connection is left whose close would show the deadline.
      if (own.state === 'closed') await bench.pause(within);
      else await bench.record.until(() => (own.state === 'closed' ? true : undefined), within);
      stray.sendAction('REQUESTED');
      if (await bench.hears(stray, 'EXPIRED')) return;
      throw bench.violation(
        'EXPIRED, since the PING was never answered by the connection that got it',
        stray.frames.at(-1)?.entry.raw ?? `no answer; the connection is ${stray.state}`,
        'PONG on a connection that never sent REQUESTED keeps the session.',
      );
    },
  },
  {
    // 4.43 Whatever a superseded connection still sends … MUST have no effect and get no answer.
    rule: 'server/reconnect/silence-superseded',
    async run(bench) {
      const device = bench.device('phone');
      await bench.createdBy(device, 'phone');
      const old = await bench.connectedBy(device);
      old.stopReading();
      const fresh = await bench.connectedBy(device);
      old.sendAction('REQUESTED');
      await bench.settle();
      refuseTerminate(bench, fresh, 'REQUESTED');
      old.sendAction('FINISHED');
      await bench.settle();
      fresh.sendAction('REQUESTED');
      if (!(await bench.hears(fresh, 'OK'))) {
        throw bench.violation(
          'OK',
          fresh.frames.at(-1)?.entry.raw ?? 'nothing',
          'FINISHED on a superseded connection ends the session.',
        );
      }
      refuseTerminate(bench, fresh, 'REQUESTED');
    },
  },
  {
    // 4.33 On `FINISHED` … the server MUST delete the session; the client's part in the close is not waited for.
    rule: 'server/finish/free-before-close',
    async run(bench) {
      const devices = await bench.fill();
      const { wire } = devices.at(-1)!;
      // A refusal may PING the one that reads no more: before it is removed for that, its slot must be free.
      const within = bench.pongTimeout * 0.6;
      if (bench.habits.tempo.answer > within / 2)
        throw new Unmet(`It needs a server that answers in less than ${Math.round(within / 2)} ms`);
      wire!.stopReading();
      wire!.sendAction('FINISHED');
      const end = bench.record.now() + within;
      const late = bench.device('late');
      for (;;) {
        await bench.pause(Math.min(bench.habits.settle, end - bench.record.now()));
        const answer = await bench.triedBy(late, 'late');
        if (late.endpoint !== undefined) return;
        if (bench.record.now() < end) continue;
        throw bench.violation(
          'a session',
          describeAnswer(answer),
          'The slot of a session that sent FINISHED is not free before its connection is closed.',
        );
      }
    },
  },
];

function refuseTerminate(bench: Bench, fresh: Wire, what: string): void {
  const isTold = fresh.frames.some(({ message }) => message?.action === 'TERMINATE');
  if (!isTold && fresh.state === 'open') return;
  throw bench.violation(
    'nothing',
    isTold ? 'TERMINATE to the newer connection' : 'the newer connection is closed',
    `${what} on a superseded connection has an effect.`,
  );
}
