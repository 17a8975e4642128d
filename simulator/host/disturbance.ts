import { planAnswer, spoilEndpoint } from '../faults/http-faults.ts';
import { answerNobody } from './answer-nobody.ts';
import { peekCustomer } from './bearer.ts';
import type { DriscContext, HttpParts, Middleware } from './http-env.ts';

/** Asks once for each request which faults strike it, and carries out those that come before and after the answer. */
export function disturb({ faults, clock }: HttpParts): Middleware {
  return async (context, next) => {
    const { path, method } = context.req;
    const facts = { path, preflight: method === 'OPTIONS' };
    const plan = planAnswer(faults.strike('http', peekCustomer(context), facts));
    context.set('plan', plan);
    // The alarm waits for the answer: whoever advances a virtual clock finds it carried out.
    if (plan.delay === 0) await next();
    else
      await new Promise<void>((resolve, reject) => {
        clock.setAlarm(clock.now() + plan.delay, () => next().then(resolve, reject));
      });
    if (plan.corsDenied) dropCors(context);
    if (plan.endpoint && context.res.ok) {
      replaceResponse(context, spoilEndpoint(await context.res.text(), plan.endpoint));
    }
  };
}

/** Gives the answer of a fault in place of the protocol's. */
export const answerInstead: Middleware = async (context, next) => {
  const { instead } = context.get('plan');
  if (instead === undefined) return next();
  if (instead !== 'none') return new Response(instead.body, instead);
  await untilAborted(context.req.raw.signal);
  return answerNobody();
};

/** Breaks an answer off in the middle; outside the journal, which has it whole. */
export const breakOff: Middleware = async (context, next) => {
  // Until it is asked for: a request may end before.
  context.set('plan', planAnswer([]));
  await next();
  if (!context.get('plan').truncated) return;
  const whole = new Uint8Array(await context.res.arrayBuffer());
  // Fewer bytes than announced, then the end of the connection: what a transport that breaks off looks like.
  context.header('content-length', String(whole.byteLength));
  context.header('connection', 'close');
  replaceResponse(context, new Blob([whole.subarray(0, Math.ceil(whole.byteLength / 2))]).stream());
};

function dropCors(context: DriscContext): void {
  const names = [...context.res.headers.keys()].filter((name) => name.startsWith('access-control-'));
  for (const name of names) context.res.headers.delete(name);
}

function replaceResponse(context: DriscContext, body: string | ReadableStream): void {
  const { status, headers } = context.res;
  context.res = new Response(body, { status, headers });
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
