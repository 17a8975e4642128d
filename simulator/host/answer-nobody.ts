/** The answer to a client that has gone; only the journal sees it. */
export function answerNobody(): Response {
  return new Response(null, { status: CLIENT_CLOSED_REQUEST });
}

/** Not registered, but widely used for this. */
const CLIENT_CLOSED_REQUEST = 499;
