import { expect, it } from 'vitest';
import { createRecorder } from './recorder.ts';

it('takes back an event once, and no other in its place', () => {
  const recorder = createRecorder({ now: () => 0 });
  const ready = recorder.record({ kind: 'ready' });
  const ended = recorder.record({ kind: 'ended' });
  recorder.retract(ready);
  recorder.retract(ready);
  expect(recorder.events).toEqual([ended]);
});
