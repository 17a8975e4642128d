/** What bundles for browsers take in place of `inspector-page.ts` (package.json, `browser`): there is no file to serve. */
export function createInspectorPage(): () => Promise<Response> {
  return async () =>
    new Response('In a page there is no inspector; `npx drisc serve` has one.', {
      status: 404,
      headers: { 'content-type': 'text/plain' },
    });
}
