import { openPageSite } from '../../contracts/subject/page/page-site.ts';
import { PageSubject } from '../../contracts/subject/page/page-subject.ts';
import { SubjectError } from '../../contracts/subject/subject-error.ts';
import type { ClientSubject } from '../../scenarios/client-subject.ts';
import type { AppOrder } from '../../scenarios/player/stage.ts';
import type { Simulator } from '../../simulator/simulator.ts';
import { CommandError, EXIT } from '../exit.ts';
import { loadPageDriver } from '../load-page-driver.ts';

/** Which page plays, how to find one's way round it, and in which browser, as the options of `drisc play` say it. */
export interface AppPageOptions {
  page: string;
  driver?: string;
  browser: string;
}

/** A page in a browser that scenarios are played with, each in a context of its own. */
export interface AppPage extends AsyncDisposable {
  readonly attach: (order: AppOrder) => ClientSubject;
}

/** @throws {CommandError} when there is no browser, no page, or the driver does not fit it. */
export async function openAppPage(
  { page, driver, browser }: AppPageOptions,
  simulator: Simulator,
): Promise<AppPage> {
  try {
    const site = await openPageSite({
      page,
      browser,
      driver: driver === undefined ? undefined : await loadPageDriver(driver),
    });
    return {
      attach(order) {
        const subject = new PageSubject(site, {
          request: toRequest(order),
          sessions: () => listAll(simulator),
        });
        subject.openSoon();
        return subject;
      },
      [Symbol.asyncDispose]: () => site[Symbol.asyncDispose](),
    };
  } catch (error) {
    if (error instanceof SubjectError)
      throw new CommandError(EXIT.environment, error.message, { cause: error });
    throw error;
  }
}

function toRequest({ choice, ...order }: AppOrder) {
  return { do: 'start' as const, ...order, ...choice };
}

async function listAll({ sessions }: Simulator) {
  const held = await sessions.list();
  return held.map(({ id, name }) => ({ sessionId: id, name }));
}
