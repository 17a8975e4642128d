/** How `drisc test client --page … --driver examples/web-player/page.drisc.js` finds its way round this page. */
export const driver = {
  address: '?base={baseUrl}&offer={offerId}&tag={tag}&name={sessionName}#token={token}',
  start: '#play, #again',
  stop: '#stop, #cancel',
  limit: '#limit',
  session: '#sessions > li',
  sessionId: 'data-session-id',
  sessionName: '.name',
  takeover: '.takeover',
  takenOver: '#message.taken-over',
  takenOverBy: 'bdi',
  error: '#message:not(.taken-over), #limit-error',
};
