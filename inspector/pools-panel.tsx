import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { SessionLine } from './session-line.tsx';
import { SessionChart } from './session-chart.tsx';
import type { SimulatorView } from './use-simulator.ts';
import type { Pool } from './world.ts';

/** More than these are not drawn at once: a load test has thousands of pools. */
const MOST_POOLS = 50;

/** The pools with their slots, each session with its state, and all of them on the chart. */
export function PoolsPanel({ view }: { view: SimulatorView }): JSX.Element {
  const pools = view.world?.pools ?? [];
  const sessions = pools.flatMap((pool) => pool.sessions);
  const [picked, setPicked] = useState<string>();
  const colors = new Map(
    view.rows.flatMap(({ entry, device }) =>
      device && entry.sessionId ? [[entry.sessionId, device.color] as const] : [],
    ),
  );
  return (
    <section class="card" aria-labelledby="pools">
      <h2 id="pools">
        Pools <span class="quiet">{sessions.length === 1 ? '1 session' : `${sessions.length} sessions`}</span>
      </h2>
      {pools.length === 0 && (
        <p class="empty">No session yet. Add a device below, or let your app press play.</p>
      )}
      {pools.slice(0, MOST_POOLS).map((pool) => (
        <article class="pool">
          <PoolHead pool={pool} />
          {pool.sessions.map((session) => (
            <SessionLine
              key={session.id}
              session={session}
              color={(colors.get(session.id) ?? 0) % 6}
              view={view}
              onHover={(inside) => setPicked(inside ? session.id : undefined)}
            />
          ))}
        </article>
      ))}
      {pools.length > MOST_POOLS && <p class="quiet">and {pools.length - MOST_POOLS} more pools</p>}
      {sessions.length > 0 && <SessionChart sessions={sessions} colors={colors} picked={picked} />}
    </section>
  );
}

/** More slots than these are told, not drawn. */
const MOST_SLOTS = 12;

function PoolHead({ pool: { customerId, offerId, limit, sessions } }: { pool: Pool }): JSX.Element {
  const slots = Math.min(MOST_SLOTS, Math.max(limit, sessions.length));
  const full = sessions.length >= limit;
  return (
    <header>
      <h3>
        {customerId} <span>{offerId}</span>
      </h3>
      <span class="slots" aria-hidden="true">
        {Array.from({ length: slots }, (_, index) => (
          <i class={index >= limit ? 'over' : index < sessions.length ? 'taken' : ''} />
        ))}
      </span>
      <span class={full ? 'count full' : 'count'}>
        {sessions.length} of {limit}
      </span>
    </header>
  );
}
