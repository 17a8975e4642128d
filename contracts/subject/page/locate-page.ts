import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { SubjectError } from '../subject-error.ts';
import { serveFolder } from './serve-folder.ts';

/** Where a page is; closing ends what serves it, where that is ours. */
export interface LocatedPage extends AsyncDisposable {
  /** With the placeholders that the user gave. */
  readonly url: string;
}

/**
 * Takes a URL as it is, and serves a folder, or an HTML file with what is beside it, on loopback. A query and a fragment
 * may follow either.
 * @throws {SubjectError} `NoPage` when it is neither.
 */
export async function locatePage(page: string): Promise<LocatedPage> {
  if (/^https?:\/\//.test(page)) return { url: page, [Symbol.asyncDispose]: async () => {} };
  const [path = ''] = page.split(/[?#]/, 1);
  const found = await stat(path).catch(() => undefined);
  if (!found) {
    throw new SubjectError('NoPage', `${path}: expected a URL (http://…), a folder or an HTML file`);
  }
  const [folder, file] = found.isDirectory() ? [path, ''] : [dirname(path), basename(path)];
  const served = await serveFolder(folder);
  return {
    url: `${served.url}/${encodeURIComponent(file)}${page.slice(path.length)}`,
    [Symbol.asyncDispose]: () => served.close(),
  };
}
