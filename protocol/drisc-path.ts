/**
 * Which of the protocol's two HTTP endpoints a URL or a path leads to, behind whatever base path; nothing for others.
 * Whether it ends with a slash does not matter.
 */
export function driscPathOf(url: string): 'sessions' | 'takeover' | undefined {
  const [path = ''] = url.replace(/^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i, '').split(/[?#]/, 1);
  const [, name] = /\/(sessions|takeover)\/?$/.exec(path) ?? [];
  return name as 'sessions' | 'takeover' | undefined;
}
