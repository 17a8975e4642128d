/** One entry of a HAR as a test writes it, in milliseconds after {@link BEGAN}. */
type Line =
  | { post: '/sessions' | '/takeover'; at: number; status: number; body: object; answer: object | string }
  | { socket: string; at: number; messages: readonly [at: number, type: 'send' | 'receive', data: string][] };

export const BEGAN = Date.parse('2026-11-22T12:00:00.000Z');
export const ENDPOINT = 'wss://drisc.example/ws?token=a';
const TOKEN = `eyJhbGciOiJIUzI1NiJ9.${Buffer.from('{"customerId":"c1"}').toString('base64url')}.c2ln`;

/** Writes a HAR; message times are in seconds as Chrome has them, or in milliseconds as Playwright has. */
export function writeHar(lines: readonly Line[], unit: 's' | 'ms' = 's') {
  const entries = lines.map((line) => {
    const startedDateTime = new Date(BEGAN + line.at).toISOString();
    if ('socket' in line) {
      return {
        startedDateTime,
        time: 0,
        request: { method: 'GET', url: line.socket, headers: [] },
        response: { status: 101 },
        _resourceType: 'websocket',
        _webSocketMessages: line.messages.map(([at, type, data]) => ({
          type,
          time: unit === 's' ? (BEGAN + at) / 1000 : BEGAN + at,
          opcode: 1,
          data,
        })),
      };
    }
    const text = typeof line.answer === 'string' ? line.answer : JSON.stringify(line.answer);
    return {
      startedDateTime,
      time: 20,
      request: {
        method: 'POST',
        url: `https://drisc.example${line.post}`,
        headers: [{ name: 'Authorization', value: `Bearer ${TOKEN}` }],
        postData: { mimeType: 'text/plain', text: JSON.stringify(line.body) },
      },
      response: { status: line.status, content: { size: text.length, mimeType: 'application/json', text } },
    };
  });
  return { log: { version: '1.2', creator: { name: 'test', version: '1' }, entries } };
}

export const create = (at: number, answer: object = { endpoint: ENDPOINT }, status = 200): Line => ({
  post: '/sessions',
  at,
  status,
  body: { sessionName: 'News', offerId: 'S100_US' },
  answer,
});

export const say = (action: string, more: object = {}): string => JSON.stringify({ action, ...more });

/** A conversation in which nobody does anything wrong: a session, two PINGs, FINISHED. */
export function conforming(): Line[] {
  return [
    create(0),
    {
      socket: ENDPOINT,
      at: 40,
      messages: [
        [60, 'send', say('REQUESTED')],
        [70, 'receive', say('OK')],
        [5_000, 'receive', say('PING')],
        [5_010, 'send', say('PONG')],
        [20_000, 'receive', say('PING')],
        [20_010, 'send', say('PONG')],
        [30_000, 'send', say('FINISHED')],
      ],
    },
  ];
}
