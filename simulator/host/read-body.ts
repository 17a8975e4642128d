/** Reads a request's body as UTF-8 text; `text` is missing where it has more than `maxBytes`. */
export async function readBody(request: Request, maxBytes: number): Promise<{ text?: string }> {
  if (!request.body) return { text: '' };
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of request.body as unknown as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) return {};
    text += decoder.decode(chunk, { stream: true });
  }
  return { text: text + decoder.decode() };
}
