import type { JSX } from 'preact';
import type { FeedState } from './journal-feed.ts';

/** Asks for the control token where the address had none, or a wrong one, and stays until one is accepted. */
export function TokenForm({
  feed,
  wasGiven,
  onToken,
}: {
  feed: FeedState;
  wasGiven: boolean;
  onToken: (token: string) => void;
}): JSX.Element {
  return (
    <main class="token">
      <h1>drisc inspector</h1>
      <p role="status">
        {wordsOf(feed, wasGiven)} Open the address that it printed at its start, or paste the token here.
      </p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const { token = '' } = Object.fromEntries(new FormData(event.currentTarget)) as { token?: string };
          onToken(token.trim());
        }}
      >
        <label for="token">Control token</label>
        <input id="token" name="token" type="password" autocomplete="off" required />
        <button type="submit" class="main">
          Open
        </button>
      </form>
    </main>
  );
}

function wordsOf(feed: FeedState, wasGiven: boolean): string {
  if (feed === 'away') return 'The simulator is not reachable; the page tries again.';
  if (feed !== 'refused') return 'The simulator is asked …';
  if (!wasGiven) return 'The simulator asks for its control token.';
  return 'The simulator does not accept this control token. It may have been started anew since.';
}
