import { answerNobody } from './answer-nobody.ts';
import { peekCustomer } from './bearer.ts';
import type { HttpParts, Middleware } from './http-env.ts';
import { readBody } from './read-body.ts';

/** Reads each request's body, and writes the request and its answer down, tokens masked. */
export function journalExchange({ journal, limits, newId }: HttpParts): Middleware {
  return async (context, next) => {
    const exchange = newId('exchange');
    const { method, url } = context.req;
    const read = await readBody(context.req.raw, limits.maxBodyBytes).catch(() => 'gone' as const);
    if (read === 'gone') {
      journal.write({}, { kind: 'note', text: `a client went away in the middle of its ${method} ${url}` });
      return answerNobody();
    }
    const { text: body } = read;
    context.set('body', body);
    // Whom a request says that it is for, whether or not its token turns out to be good.
    const claimed = peekCustomer(context);
    context.set('subject', claimed);
    const request = journal.write(claimed, {
      kind: 'request',
      exchange,
      method,
      url,
      headers: context.req.header(),
      body: body === undefined ? '(too large)' : body,
    });
    context.set('request', request);
    await next();
    const answer = context.res.clone();
    const { injected } = context.get('plan');
    const subject = { ...context.get('subject') };
    journal.write(injected === undefined ? subject : { ...subject, injected }, {
      kind: 'response',
      exchange,
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      body: await answer.text(),
    });
  };
}
