import type { ScriptedAnswer } from '../stage/answer.ts';
import type { Situation } from '../situation.ts';
import { PING, PLAY, say, situation, wait, watch } from './steps.ts';

const PORTAL = '<!doctype html><title>Hotel</title><h1>Welcome to our network</h1>';
const LIMIT_IN_200 = JSON.stringify({
  code: 'LimitExceeded',
  details: { takeOverEnabled: true, activeSessions: [] },
});

/** Answers that are no grant. */
const REFUSALS: Record<string, ScriptedAnswer> = {
  'bad-request': { status: 400, body: '{"code":"InvalidRequest","message":"No."}' },
  unauthorized: { status: 401, body: '{"code":"Unauthorized","message":"No."}' },
  forbidden: { status: 403, body: '{"code":"Forbidden","message":"No."}' },
  'unknown-offer': { status: 404, body: '{"code":"UnknownOffer","message":"No."}' },
  'too-many-requests': { status: 429, body: '{"code":"TooManyRequests","message":"Later."}' },
  'server-error': { status: 500, body: '<h1>Internal Server Error</h1>', type: 'text/html' },
  unavailable: { status: 503, body: '' },
  'created-instead-of-ok': { status: 201 },
  'captive-portal': { status: 200, body: PORTAL, type: 'text/html' },
  'empty-answer': { status: 200, body: '' },
  'answer-is-null': { status: 200, body: 'null' },
  'answer-is-a-list': { status: 200, body: '[]' },
  'answer-is-cut-short': { status: 200, body: '{"endpoint":"ws://127.0.0.1' },
  'limit-with-status-200': { status: 200, body: LIMIT_IN_200 },
  'no-endpoint': { alter: 'no-endpoint' },
  'endpoint-is-a-number': { alter: 'number-endpoint' },
  'endpoint-is-null': { alter: 'null-endpoint' },
  'endpoint-is-relative': { alter: 'relative-endpoint' },
  'connection-breaks': { broken: 'at-once' },
  'answer-breaks-off': { broken: 'in-the-middle' },
  'no-answer': { silent: true },
};

const REFUSED: readonly Situation[] = Object.entries(REFUSALS).map(([name, answer]) =>
  situation(
    `refused-${name}`,
    {},
    { do: 'answer', with: answer },
    { do: 'start' },
    wait('shown', 1_200),
    watch(1_600),
  ),
);

/** Whether the gate holds: before OK, without a grant, and when DRISC is off. */
export const GATE: readonly Situation[] = [
  ...REFUSED,
  ...(['both', 'status', 'enabled'] as const).map((disabledShape) =>
    situation(
      `disabled-${disabledShape}`,
      { enabled: false, settings: { disabledShape } },
      PLAY,
      watch(1_100),
      { do: 'stop' },
      wait('stopped', 2_500),
      watch(300),
    ),
  ),
  ...(['says-disabled', 'enabled-false'] as const).map((alter) =>
    situation(
      `granted-and-${alter}`,
      {},
      { do: 'answer', with: { alter } },
      PLAY,
      watch(1_100),
      { do: 'stop' },
      wait('stopped', 2_500),
      watch(300),
    ),
  ),
  situation('slow-answer', {}, { do: 'answer', with: { delay: 900 } }, PLAY, PING),
  situation(
    'slow-ok',
    {},
    { do: 'hold', action: 'OK' },
    { do: 'start' },
    wait('requested', 3_000),
    watch(1_200),
    { do: 'release' },
    wait('playing', 3_500),
    PING,
  ),
  situation(
    'ping-before-ok',
    {},
    { do: 'hold', action: 'OK' },
    { do: 'start' },
    wait('requested', 3_000),
    { do: 'ping', times: 2 },
    wait('pong', 7_000),
    say({ action: 'ok' }),
    say({ action: 'OKAY', sessionName: 'OK' }),
    watch(700),
    { do: 'release' },
    wait('playing', 3_500),
  ),
  situation(
    'ok-never',
    {},
    { do: 'lose', action: 'OK' },
    { do: 'start' },
    wait('requested', 3_000),
    watch(2_500),
    { do: 'stop' },
    watch(500),
  ),
  situation(
    'first-attempts-fail',
    {},
    { do: 'refuse', status: 503, times: 2 },
    { do: 'start' },
    wait('playing', 12_000),
    PING,
  ),
];
