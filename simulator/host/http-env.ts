import type { Context, MiddlewareHandler } from 'hono';
import type { CustomerClaims } from '../../protocol/tokens.ts';
import type { Clock } from '../clock.ts';
import type { CustomerTerms } from '../customer-terms.ts';
import type { Directory } from '../directory.ts';
import type { Faults } from '../faults/faults.ts';
import type { AnswerPlan } from '../faults/http-faults.ts';
import type { Journal, JournalEntry, JournalSubject } from '../journal.ts';
import type { Limits } from '../limits.ts';
import type { Runtime } from '../runtime.ts';
import type { ScenarioSwitch } from '../scenario-switch.ts';
import type { PoolStore } from '../store/pool-store.ts';

/** What the HTTP side needs to know. */
export interface HttpParts {
  readonly runtime: Runtime;
  readonly directory: Directory;
  readonly journal: Journal;
  readonly faults: Faults;
  readonly clock: Clock;
  readonly terms: CustomerTerms;
  /** Plays scenarios for customers that ask for one; nothing where nobody does. */
  readonly scenarios: ScenarioSwitch | undefined;
  readonly limits: Limits;
  readonly store: PoolStore;
  /** Signs the tokens in endpoints. */
  readonly endpointSecret: string;
  readonly newId: (kind: 'exchange') => string;
}

/** The answer to a request for a scenario that cannot be switched on. */
export interface RefusedCue {
  readonly status: 404 | 409;
  readonly code: string;
  readonly message: string;
}

/** What the handlers of one request tell each other. */
interface Variables {
  /** The body as text; nothing where it is too large. */
  body: string | undefined;
  customer: CustomerClaims;
  subject: JournalSubject;
  /** The request itself, as it was written down. */
  request: JournalEntry;
  /** Why the scenario that the request asks for was not switched on. */
  refusedCue: RefusedCue | undefined;
  plan: AnswerPlan;
}

export type DriscEnv = { Variables: Variables };
export type DriscContext = Context<DriscEnv>;
export type Middleware = MiddlewareHandler<DriscEnv>;
