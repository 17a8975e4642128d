import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { createCast } from './cast.ts';
import type { Row } from './cast.ts';
import { createControlClient } from './control-client.ts';
import type { ControlClient, Method } from './control-client.ts';
import { followJournal } from './journal-feed.ts';
import type { FeedState } from './journal-feed.ts';
import { isOfProxy, readProxy } from './proxy-state.ts';
import type { ProxyState } from './proxy-state.ts';
import { readWorld } from './world.ts';
import type { World } from './world.ts';

/** The outcome of what was last done, for the reader to see. */
export interface Outcome {
  readonly failed: boolean;
  readonly text: string;
}

/** The simulator as the page sees it, and what can be done to it. */
export interface SimulatorView {
  readonly client: ControlClient;
  readonly feed: FeedState;
  /** The simulator has refused the token, and has accepted none since. */
  readonly isLocked: boolean;
  readonly rows: readonly Row[];
  readonly world: World | undefined;
  /** Where a proxy serves the page, which has no world. */
  readonly proxy: ProxyState | undefined;
  readonly outcome: Outcome | undefined;
  /** Does one thing and says how it went; resolves to whether it went well. */
  readonly act: (said: string, method: Method, route: string, body?: object) => Promise<boolean>;
  readonly say: (outcome: Outcome | undefined) => void;
}

// Milliseconds. What comes in is shown at most ten times a second, and what is not in the journal is asked for.
const SHOW_EVERY = 100;
const ASK_EVERY = 3_000;

export function useSimulator(token: string | undefined): SimulatorView {
  const client = useMemo(() => createControlClient(token), [token]);
  const { rows, feed, isLocked } = useJournal(client);
  const [world, setWorld] = useState<World>();
  const [proxy, setProxy] = useState<ProxyState>();
  const [outcome, say] = useState<Outcome>();
  // Where it fails, the feed says so: it has its own connection.
  const ask = useCallback(
    () => (isOfProxy() ? readProxy(client).then(setProxy) : readWorld(client).then(setWorld)).catch(() => {}),
    [client],
  );
  const refresh = useRefresh(ask);

  useEffect(() => void refresh(), [rows, feed, refresh]);
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible' && feed === 'live') void refresh();
    }, ASK_EVERY);
    return () => clearInterval(timer);
  }, [feed, refresh]);

  const act = useCallback(
    async (said: string, method: Method, route: string, body?: object) => {
      try {
        await client.call(method, route, body);
        say({ failed: false, text: said });
        return true;
      } catch (error) {
        say({ failed: true, text: `${said}: ${(error as Error).message}` });
        return false;
      } finally {
        void refresh();
      }
    },
    [client, refresh],
  );
  return { client, feed, isLocked, rows, world, proxy, outcome, act, say };
}

function useJournal(client: ControlClient): { rows: readonly Row[]; feed: FeedState; isLocked: boolean } {
  // A state is of one client: what was said of the last token is not said of the next.
  const [last, setLast] = useState<{ client: ControlClient; feed: FeedState }>();
  const [isLocked, setLocked] = useState(false);
  const [rows, setRows] = useState<readonly Row[]>([]);
  useEffect(() => {
    const cast = createCast();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const showSoon = (): void => {
      timer ??= setTimeout(() => {
        timer = undefined;
        setRows(cast.rows);
      }, SHOW_EVERY);
    };
    const following = followJournal(client, {
      onEntries(entries) {
        cast.add(entries);
        showSoon();
      },
      onRestart() {
        cast.clear();
        showSoon();
      },
      onState(feed) {
        setLast({ client, feed });
        if (feed === 'refused' || feed === 'live') setLocked(feed === 'refused');
      },
    });
    return () => {
      following.close();
      clearTimeout(timer);
    };
  }, [client]);
  return { rows, feed: last?.client === client ? last.feed : 'connecting', isLocked };
}

/** One question at a time; asked again afterwards where something happened meanwhile. */
function useRefresh(ask: () => Promise<void>): () => Promise<void> {
  const asking = useRef(false);
  const again = useRef(false);
  return useCallback(async () => {
    if (asking.current) {
      again.current = true;
      return;
    }
    asking.current = true;
    do {
      again.current = false;
      await ask();
    } while (again.current);
    asking.current = false;
  }, [ask]);
}
