// A client in another network namespace: creates a session, connects, and prints what it hears to REQUESTED.
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { WebSocket } from 'ws';

const [url = '', token = '', certificate = ''] = process.argv.slice(2);
const ca = readFileSync(certificate);

const endpoint = await new Promise((resolve, reject) => {
  const headers = { authorization: `Bearer ${token}` };
  const asked = request(`${url}/sessions`, { method: 'POST', headers, ca }, (answer) => {
    let text = '';
    answer.on('data', (chunk) => (text += chunk));
    answer.on('end', () => resolve(JSON.parse(text).endpoint));
  });
  asked.on('error', reject);
  asked.end('{"offerId":"S100_US"}');
});
const socket = new WebSocket(endpoint, { ca });
socket.on('open', () => socket.send('{"action":"REQUESTED"}'));
socket.on('message', (data) => {
  process.stdout.write(
    `${JSON.stringify({ host: new URL(endpoint).host, protocol: new URL(endpoint).protocol, heard: String(data) })}\n`,
  );
  socket.terminate();
});
