import type { JSX } from 'preact';
import type { ProxyState } from './proxy-state.ts';

/** What stands behind the proxy, and what its two sides broke so far. */
export function ProxyPanel({ proxy }: { proxy: ProxyState | undefined }): JSX.Element {
  const broken = proxy?.broken ?? [];
  return (
    <section class="card" aria-labelledby="broken">
      <h2 id="broken">
        Rules broken <span class="quiet">{broken.length}</span>
      </h2>
      <p class="quiet">
        This is a proxy: it passes on what clients and <b>{proxy?.target ?? 'the server'}</b> say, and judges
        both. It steers nothing.
      </p>
      {broken.length === 0 && (
        <p class="empty">None so far. Ctrl-C in the terminal gives the whole verdict.</p>
      )}
      {broken.map(({ rule, level, device, message }) => (
        <article class="broken-rule" key={`${rule} ${device}`}>
          <h3>
            <span class={level === 'MUST' ? 'level must' : 'level'}>{level}</span> {rule}
          </h3>
          <p>{message}</p>
          <p class="quiet">{device}</p>
        </article>
      ))}
    </section>
  );
}
