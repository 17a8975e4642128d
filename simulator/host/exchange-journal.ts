import { redact, redactHeaders } from '../redact.ts';
import type { HttpParts, Middleware } from './http-env.ts';
import { readBody } from './read-body.ts';

/** The largest request body that is read, in bytes. */
export const MAX_BODY_BYTES = 64 * 1024;

/** Reads each request's body, and writes the request and its answer down, tokens masked. */
export function journalExchange({ journal, newId }: HttpParts): Middleware {
  return async (context, next) => {
    const exchange = newId('exchange');
    const { method, url } = context.req;
    const body = await readBody(context.req.raw, MAX_BODY_BYTES);
    context.set('body', body);
    context.set('subject', {});
    journal.write(
      {},
      {
        kind: 'request',
        exchange,
        method,
        url: redact(url),
        headers: redactHeaders(context.req.header()),
        body: body === undefined ? '(too large)' : redact(body),
      },
    );
    await next();
    const answer = context.res.clone();
    const { injected } = context.get('plan');
    const subject = { ...context.get('subject') };
    journal.write(injected === undefined ? subject : { ...subject, injected }, {
      kind: 'response',
      exchange,
      status: answer.status,
      headers: redactHeaders(Object.fromEntries(answer.headers)),
      body: redact(await answer.text()),
    });
  };
}
