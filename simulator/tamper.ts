import type { stepPool, stepTakeoverAcross } from '../protocol/model/pool.ts';
import type { verifyEndpointToken } from '../protocol/tokens.ts';

/**
 * Parts of a simulator that others can be put in place of, to make a server that breaks the protocol on purpose. The
 * contracts' mutants are made of these; a local backend has no use for them.
 */
export interface Tamper {
  readonly stepPool?: typeof stepPool | undefined;
  readonly stepTakeoverAcross?: typeof stepTakeoverAcross | undefined;
  /** Answers a request, asking `next` for the honest answer where it wants one. */
  readonly answer?:
    ((request: Request, next: (request: Request) => Promise<Response>) => Promise<Response>) | undefined;
  readonly verifyEndpointToken?: typeof verifyEndpointToken | undefined;
  /** Sees each incoming frame before it is handled; returns true to have it dropped. */
  readonly receive?: ((connectionId: string, data: string | Uint8Array) => Promise<boolean>) | undefined;
}
