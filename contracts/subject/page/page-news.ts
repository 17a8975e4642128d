/** What the scripts of the harness tell of the page that they look at. */
export type PageNews =
  | { readonly news: 'playing'; readonly playing: boolean }
  | { readonly news: 'ended' }
  | {
      readonly news: 'limit';
      readonly takeover: boolean;
      /** `sessionId` is empty where the page does not show it. */
      readonly sessions: readonly { readonly sessionId: string; readonly name: string }[];
    }
  | { readonly news: 'taken-over'; readonly by: string }
  | { readonly news: 'error'; readonly message: string }
  | { readonly news: 'unsafe'; readonly what: string };

/** The function in the page that takes the news. */
export const NEWS_BINDING = '__driscNews';
