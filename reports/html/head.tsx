import type { JSX } from 'preact';
import { CONTENT_SECURITY_POLICY } from './script.ts';
import { STYLE } from './style.ts';

/**
 * The head of a page that makes no request and works from disk.
 * @param style what the page has beside the common style: a constant of ours, since it goes in raw
 */
export function Head({
  title,
  style,
  description,
}: {
  title: string;
  style: string;
  description: string;
}): JSX.Element {
  return (
    <head>
      <meta charset="utf-8" />
      <meta http-equiv="Content-Security-Policy" content={CONTENT_SECURITY_POLICY} />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <meta name="description" content={description} />
      <title>{title}</title>
      <link rel="icon" href="data:," />
      {/* Only constants of ours go in raw; whatever comes from a result is escaped. */}
      <style dangerouslySetInnerHTML={{ __html: `${STYLE}\n${style}` }} />
    </head>
  );
}
