import type { JSX } from 'preact';

/** Asks for the control token where the address had none, or a wrong one. */
export function TokenForm({
  wasGiven,
  onToken,
}: {
  wasGiven: boolean;
  onToken: (token: string) => void;
}): JSX.Element {
  return (
    <main class="token">
      <h1>drisc inspector</h1>
      <p>
        {wasGiven
          ? 'The simulator does not accept this control token. It may have been started anew since.'
          : 'The simulator asks for its control token.'}{' '}
        Open the address that it printed at its start, or paste the token here.
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
