import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { afterAll } from 'vitest';
import type { Result } from '../../reports/result.ts';

/** What the server prints when it is ready. */
export interface Ready {
  url: string;
  publisherId: string;
  secret: string;
  offers: { id: string; tags: string[] }[];
  limit: number;
  disabledPublisher: { id: string; secret: string };
  /** Milliseconds. */
  pongTimeout: number;
}

const started: ChildProcess[] = [];
afterAll(() => started.forEach((child) => child.kill()));

/** Starts the second server as whoever wrote it would, with one of its faults or none. */
export async function startSecondServer(fault: string, pongTimeout: number): Promise<Ready> {
  const child = spawn(
    process.execPath,
    ['test/second-server/server.js', '--port', '0', '--pong-timeout', String(pongTimeout)],
    { env: { ...process.env, FAULT: fault }, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  started.push(child);
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return { ...(JSON.parse(line) as Ready), pongTimeout };
}

/** What a stranger types to have this server judged. */
function commandFor({
  url,
  publisherId,
  secret,
  offers,
  limit,
  disabledPublisher,
  pongTimeout,
}: Ready): string {
  return `dist/cli/main.js test server --url ${url} --publisher ${publisherId} --secret ${secret}
    ${offers.map(({ id }) => `--offer ${id}`).join(' ')} --tag ${offers[0]!.tags[0]} --limit ${limit}
    --disabled-publisher ${disabledPublisher.id}:${disabledPublisher.secret}
    --pong-timeout ${pongTimeout}ms --report json=-`;
}

/** Judges it by the built command, which must come to an end whatever the server leaves open. */
export async function judge(
  server: Ready,
  options: readonly string[],
): Promise<{ result: Result; exitCode: number }> {
  const command = commandFor(server).split(/\s+/);
  const child = spawn(process.execPath, [...command, ...options], { stdio: ['ignore', 'pipe', 'ignore'] });
  started.push(child);
  const [output, [exitCode]] = await Promise.all([
    text(child.stdout),
    once(child, 'exit') as Promise<[number]>,
  ]);
  return { result: JSON.parse(output) as Result, exitCode };
}
