import type { Admission, PoolEffect } from '../../protocol/model/pool.ts';
import type { Actor, ConversationState } from './conversation-state.ts';
import { rulesForGrant, rulesForRefusal, RULE_OF_END } from './expected-rules.ts';
import { describeAnswer, readAnswer } from './http-answer.ts';
import type { HttpAnswer, ReadAnswer } from './http-answer.ts';

/** Holds the answers to creates and takeovers against what the model answers, and finds the rule to blame. */
export class AdmissionJudge {
  readonly #state: ConversationState;

  constructor(state: ConversationState) {
    this.#state = state;
  }

  /** The rules that an answer to a create will put to the test, for either answer. */
  expect(pool: string): { grant: string[]; refusal: string[] } {
    const histories = [...this.#state.oracle.sessions.values()];
    const ended = histories.filter((session) => session.pool === pool && session.ended !== undefined);
    const others = new Set(histories.map((session) => session.pool).filter((name) => name !== pool));
    const full = [...others].some(
      (name) => this.#state.oracle.pool(name).sessions.length >= this.#state.subject.limit,
    );
    return {
      grant: rulesForGrant(ended, full),
      refusal: rulesForRefusal(this.#state.oracle.pool(pool), this.#state.oracle.list(pool)),
    };
  }

  /** Judges the answer to a create; gives the endpoint where one was granted. @throws {Violation} */
  judgeCreate(
    actor: Actor,
    effects: readonly PoolEffect[],
    answer: HttpAnswer,
    expected: { grant: string[]; refusal: string[] },
  ): string | undefined {
    const admission = effects.find((effect) => effect.type === 'reply')?.admission;
    const read = readAnswer(answer);
    if (admission?.kind === 'granted') return this.#judgeGrant(actor, answer, read, expected.grant);
    if (admission?.kind === 'limit-reached')
      this.#judgeRefusal(actor, admission, answer, read, expected.refusal);
    return undefined;
  }

  #judgeGrant(actor: Actor, answer: HttpAnswer, read: ReadAnswer, rules: string[]): string {
    if (read.kind !== 'granted') {
      throw this.#state.violation({
        rule: this.#blameRefusal(actor.pool, read) ?? rules[0]!,
        message: `A create is refused although ${this.#freeSlots(actor.pool)} of ${this.#state.subject.limit} slots are free.`,
        expected: '200 with an endpoint',
        actual: describeAnswer(answer),
      });
    }
    this.#state.hold(...rules);
    const absolute = /^wss?:\/\//.test(read.endpoint) && URL.canParse(read.endpoint);
    if (!absolute) {
      throw this.#state.violation({
        rule: 'server/create/absolute-endpoint',
        message: 'The endpoint is no absolute WebSocket URL.',
        expected: 'wss://… or ws://…',
        actual: read.endpoint,
      });
    }
    this.#state.hold('server/create/absolute-endpoint');
    return read.endpoint;
  }

  #freeSlots(pool: string): number {
    // The model has already taken one of them.
    return this.#state.subject.limit - this.#state.oracle.pool(pool).sessions.length + 1;
  }

  /** A wrong refusal shows by its list which session should be gone, and so which rule is broken. */
  #blameRefusal(pool: string, read: ReadAnswer): string | undefined {
    if (read.kind !== 'limit-reached') return undefined;
    for (const { name } of read.activeSessions ?? []) {
      const history = this.#state.oracle.findByName(name);
      if (history?.ended) return RULE_OF_END[history.ended];
      if (history && history.pool !== pool) return 'server/limit/separate-pools';
    }
    const isLonger = (read.activeSessions?.length ?? 0) > this.#state.oracle.pool(pool).sessions.length;
    return isLonger ? 'server/limit/refused-uses-nothing' : undefined;
  }

  #judgeRefusal(
    actor: Actor,
    admission: Extract<Admission, { kind: 'limit-reached' }>,
    answer: HttpAnswer,
    read: ReadAnswer,
    rules: string[],
  ): void {
    if (read.kind === 'granted') {
      // A grant above the limit makes a session that has to be ended, too.
      actor.device.endpoint = read.endpoint;
      actor.device.wire = undefined;
      throw this.#state.violation({
        rule: rules[0]!,
        message: `A create is granted although the ${this.#state.subject.limit} sessions of the limit are active.`,
        expected: `LimitExceeded, listing ${admission.activeSessions.map(({ name }) => name).join(', ')}`,
        actual: describeAnswer(answer),
      });
    }
    if (read.kind !== 'limit-reached' || answer.status >= 500) {
      throw this.#state.violation({
        rule: 'server/limit/refuse-above-limit',
        message: 'A create at the limit is not answered with LimitExceeded.',
        expected: 'a 4xx status, and details with takeOverEnabled and activeSessions',
        actual: describeAnswer(answer),
      });
    }
    this.#state.hold(...rules);
    this.#judgeList(actor.pool, answer, read);
    this.#judgeTakeOverEnabled(answer, read);
  }

  #judgeList(pool: string, answer: HttpAnswer, read: Extract<ReadAnswer, { kind: 'limit-reached' }>): void {
    const expected = this.#state.oracle.list(pool).map(({ name }) => name);
    const listed = (read.activeSessions ?? []).map(({ name }) => name);
    if (expected.toSorted().join('\n') !== listed.toSorted().join('\n')) {
      throw this.#state.violation({
        rule: this.#blameRefusal(pool, read) ?? 'server/limit/list-sessions',
        message: "activeSessions does not list exactly the pool's sessions.",
        expected: expected.join(', '),
        actual: read.activeSessions ? listed.join(', ') || '(none)' : describeAnswer(answer),
      });
    }
    for (const { sessionId, name } of read.activeSessions ?? []) {
      const history = this.#state.oracle.findByName(name);
      if (history) history.serverId = sessionId;
    }
    this.#state.hold('server/limit/list-sessions', 'server/limit/refused-uses-nothing');
  }

  #judgeTakeOverEnabled(answer: HttpAnswer, read: Extract<ReadAnswer, { kind: 'limit-reached' }>): void {
    if (read.takeOverEnabled !== this.#state.subject.takeover) {
      throw this.#state.violation({
        rule: 'server/limit/say-takeover-enabled',
        message: 'details.takeOverEnabled does not say whether takeover is switched on.',
        expected: String(this.#state.subject.takeover),
        actual: describeAnswer(answer),
      });
    }
    this.#state.hold('server/limit/say-takeover-enabled');
  }

  /** Judges the answer to a takeover; gives the endpoint where one was granted. @throws {Violation} */
  judgeTakeover(effects: readonly PoolEffect[], answer: HttpAnswer): string | undefined {
    const read = readAnswer(answer);
    const admission = effects.find((effect) => effect.type === 'reply')?.admission;
    if (admission?.kind === 'granted' && read.kind === 'granted') return read.endpoint;
    // A server may refuse a takeover that is not needed (AMB-10).
    if (admission?.kind !== 'granted' && read.kind !== 'granted') return undefined;
    throw this.#state.violation({
      rule: 'server/takeover/grant',
      message:
        admission?.kind === 'granted'
          ? 'The takeover of a session from the list is refused.'
          : 'A takeover below the limit is granted, though the server refused one before.',
      expected: admission?.kind === 'granted' ? '200 with an endpoint' : 'a refusal',
      actual: describeAnswer(answer),
    });
  }
}
