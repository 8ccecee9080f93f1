// HTTP to names below `localhost`, which Node does not resolve: dials 127.0.0.1 and sends the name as SNI and Host.

import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';

export interface Call {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  /** Paths of the authority to trust, and of a client certificate with its key. */
  ca?: string;
  certificate?: string | null;
  key?: string | null;
}

export interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  text: string;
  json: <T = any>() => T;
}

/** One request, no redirect followed. */
export function call(address: string | URL, options: Call = {}): Promise<Answer> {
  const url = new URL(address);
  const file = (path: string | null | undefined) => (path ? readFileSync(path) : undefined);
  const shared = {
    host: '127.0.0.1',
    port: url.port,
    path: url.pathname + url.search,
    method: options.method ?? 'GET',
    headers: { host: url.host, ...options.headers },
    agent: false,
    timeout: 60_000,
  } as const;
  return new Promise((resolve, reject) => {
    const request =
      url.protocol === 'http:'
        ? http.request(shared)
        : https.request({
            ...shared,
            servername: url.hostname,
            ca: file(options.ca),
            cert: file(options.certificate),
            key: file(options.key),
          });
    request.once('error', reject);
    request.once('timeout', () => request.destroy(new Error(`${url.origin} did not answer`)));
    request.once('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json: () => JSON.parse(text) });
      });
    });
    request.end(options.body);
  });
}
