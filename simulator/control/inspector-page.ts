import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/** Where `npm run build` puts the page: beside the built simulator, or beside its sources' `dist`. */
const FOLDERS = ['../../inspector/', '../../dist/inspector/'];

/**
 * The inspector, one page with its script and style inside; where it was not built, a page that says how to.
 * @param of what serves it, which decides what it shows
 * @param folders where to look for it, relative to this file; the first that has it serves
 */
export function createInspectorPage(
  of: 'simulator' | 'proxy' = 'simulator',
  folders: readonly string[] = FOLDERS,
): () => Promise<Response> {
  let loading: Promise<{ html: string; policy: string } | undefined> | undefined;
  return async () => {
    loading ??= loadPage(of, folders);
    const page = await loading;
    // Not there yet: the next request looks again.
    if (!page) loading = undefined;
    return new Response(page?.html ?? NOT_BUILT, {
      status: page ? 200 : 404,
      headers: {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': page?.policy ?? "default-src 'none'",
        'cache-control': 'no-cache',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
      },
    });
  };
}

async function loadPage(
  of: string,
  folders: readonly string[],
): Promise<{ html: string; policy: string } | undefined> {
  for (const folder of folders) {
    const [script, style] = await Promise.all(
      ['main.js', 'style.css'].map((name) =>
        readFile(new URL(folder + name, import.meta.url), 'utf8').catch(() => undefined),
      ),
    );
    if (script !== undefined && style !== undefined) return composePage(of, script, style);
  }
  return undefined;
}

/** The page may run its own script and speak with its own server, and nothing else. */
function composePage(of: string, script: string, style: string): { html: string; policy: string } {
  const policy = [
    "default-src 'none'",
    `script-src '${hash(script)}'`,
    `style-src '${hash(style)}'`,
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
  const html = `<!doctype html>
<html lang="en" data-of="${of}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>drisc inspector</title>
<link rel="icon" href="${ICON}">
<style>${style}</style>
</head>
<body>
<noscript>The inspector needs JavaScript.</noscript>
<div id="app"></div>
<script type="module">${script}</script>
</body>
</html>
`;
  return { html, policy };
}

function hash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Crect width='16' height='16' rx='4' fill='%232552c4'/%3E%3Cpath d='M4 5h8M4 11h8' stroke='white' stroke-width='2' stroke-linecap='round'/%3E%3C/svg%3E";

const NOT_BUILT = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>drisc inspector</title>
<h1>The inspector is not built</h1>
<p>Run <code>npm run build</code> in the folder of drisckit, then load this page again. The control API serves without it:
<a href="/_drisc/openapi.json">/_drisc/openapi.json</a>.</p></html>
`;
