/** Whether the token of an endpoint holds the id of a session (3.12), under whatever claim. */
export function holdsId(endpoint: string, id: string): boolean {
  const payload = new URL(endpoint).searchParams.get('token')?.split('.')[1];
  if (payload === undefined) return false;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    return Object.values(claims as object).includes(id);
  } catch {
    return false;
  }
}
