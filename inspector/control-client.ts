/** What the control API answered in place of what was asked for; 0 where nobody answered. */
export class ControlError extends Error {
  override readonly name = 'ControlError';
  readonly status: number;

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

export type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/** Speaks with the control API of the simulator that served the page. */
export interface ControlClient {
  /** @throws {ControlError} */
  readonly call: <Answer = unknown>(method: Method, route: string, body?: object) => Promise<Answer>;
  /** The answer as it comes, for streams. @throws {ControlError} */
  readonly open: (route: string, signal?: AbortSignal) => Promise<Response>;
}

export function createControlClient(token: string | undefined, base = '/_drisc'): ControlClient {
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };

  async function ask(route: string, init: RequestInit): Promise<Response> {
    const answer = await fetch(base + route, { ...init, headers, cache: 'no-store' }).catch(
      (cause: unknown) => {
        throw new ControlError(0, 'The simulator does not answer.', { cause });
      },
    );
    if (answer.ok) return answer;
    const { message = answer.statusText } = (await answer.json().catch(() => ({}))) as { message?: string };
    throw new ControlError(answer.status, message);
  }

  return {
    async call<Answer>(method: Method, route: string, body?: object) {
      const answer = await ask(route, { method, ...(body && { body: JSON.stringify(body) }) });
      return (await answer.json()) as Answer;
    },
    open: (route, signal) => ask(route, { method: 'GET', signal: signal ?? null }),
  };
}

/** A route with its parts escaped. */
export function route(strings: TemplateStringsArray, ...parts: string[]): string {
  return strings.reduce((whole, text, index) => whole + encodeURIComponent(parts[index - 1] ?? '') + text);
}
