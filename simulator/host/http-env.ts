import type { Context, MiddlewareHandler } from 'hono';
import type { Settings } from '../../protocol/settings.ts';
import type { CustomerClaims } from '../../protocol/tokens.ts';
import type { Clock } from '../clock.ts';
import type { Directory } from '../directory.ts';
import type { Faults } from '../faults/faults.ts';
import type { AnswerPlan } from '../faults/http-faults.ts';
import type { Journal, JournalSubject } from '../journal.ts';
import type { Limits } from '../limits.ts';
import type { Runtime } from '../runtime.ts';
import type { PoolStore } from '../store/pool-store.ts';

/** What the HTTP side needs to know. */
export interface HttpParts {
  readonly runtime: Runtime;
  readonly directory: Directory;
  readonly journal: Journal;
  readonly faults: Faults;
  readonly clock: Clock;
  readonly settings: () => Settings;
  readonly limits: Limits;
  readonly store: PoolStore;
  /** Signs the tokens in endpoints. */
  readonly endpointSecret: string;
  readonly newId: (kind: 'exchange') => string;
}

/** What the handlers of one request tell each other. */
interface Variables {
  /** The body as text; nothing where it is too large. */
  body: string | undefined;
  customer: CustomerClaims;
  subject: JournalSubject;
  plan: AnswerPlan;
}

export type DriscEnv = { Variables: Variables };
export type DriscContext = Context<DriscEnv>;
export type Middleware = MiddlewareHandler<DriscEnv>;
