import type { ControlClient } from './control-client.ts';

/** What a proxy tells of itself. */
export interface ProxyState {
  /** The origin of the server behind it. */
  readonly target: string;
  readonly broken: readonly {
    readonly rule: string;
    readonly level: 'MUST' | 'SHOULD' | 'MAY';
    readonly device: string;
    readonly message: string;
  }[];
}

/** Whether a proxy served this page, and no simulator. */
export function isOfProxy(): boolean {
  return document.documentElement.dataset['of'] === 'proxy';
}

/** @throws {ControlError} */
export function readProxy({ call }: ControlClient): Promise<ProxyState> {
  return call<ProxyState>('GET', '/proxy');
}
