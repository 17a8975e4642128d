import { afterEach, describe, expect, it, vi } from 'vitest';
import { attachCommand } from './command-client.ts';
import { createProcessClient } from './process-client.ts';

/** A command line that runs a script under this Node. */
function node(script: string): string {
  return `'${process.execPath}' --input-type=module -e '${script}'`;
}

afterEach(() => void vi.unstubAllEnvs());

describe('a client that is started as a process', () => {
  it('is taken for one that plays from its environment as soon as it asks the server', async () => {
    const asks = 'await fetch(`${process.env.DRISC_BASE_URL}/sessions`, { method: "POST" });';
    await using client = await attachCommand({ command: node(asks) });
    expect(client.driven).toBe(false);
  });

  it('speaks the driver protocol when it says that it is ready', async () => {
    const speaks =
      'console.log(`{"event":"ready"}`); process.stdin.on("end", () => process.exit()).resume();';
    await using client = await attachCommand({ command: node(speaks) });
    expect(client.driven).toBe(true);
  });

  it('cannot be judged when it ends with an error at once', async () => {
    const fails = 'console.error("no such module"); process.exit(3);';
    await expect(attachCommand({ command: node(fails) })).rejects.toThrow(
      /ended with 3 before it was ready[^]*no such module/,
    );
  });

  it('finds nothing in its environment but what the harness has put there', async () => {
    vi.stubEnv('DRISC_TAG', 'left over');
    vi.stubEnv('DRISC_DRIVER', '1');
    const shows =
      'const seen = Object.entries(process.env).filter(([name]) => name.startsWith("DRISC_"));' +
      'console.log(JSON.stringify({ event: "error", message: JSON.stringify(seen) }));';
    await using subject = createProcessClient({
      command: node(shows),
      driven: false,
      env: { DRISC_OFFER_ID: 'S1_US' },
    });
    const message = await new Promise((resolve) => {
      subject.subscribe((event) => event.event === 'error' && resolve(event.message));
    });
    expect(message).toBe('[["DRISC_OFFER_ID","S1_US"]]');
  });
});
