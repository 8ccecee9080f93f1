// What a browser complains about while a person uses the pages: console errors, exceptions, violations of the
// content security policy, requests to third parties. A test ends with none.

import type { BrowserContext, ConsoleMessage } from '@playwright/test';

/** Chromium reports each answer of 4xx and 5xx to a script; the pages explain those to the person. */
const EXPECTED = /^Failed to load resource: the server responded with a status of (4\d\d|503) /;

/** While a test has stopped the server. */
const OFFLINE = /^Failed to load resource: net::ERR_(CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE|SOCKET_NOT_CONNECTED|CONNECTION_CLOSED|HTTP2_)/;

export class Watch {
  readonly complaints: string[] = [];
  /** Every address asked for, in order. */
  readonly addresses: string[] = [];
  /** The server is down on purpose. */
  offline = false;

  constructor(context: BrowserContext) {
    context.on('console', (message) => this.hear(message));
    context.on('weberror', (error) => this.complaints.push(`exception: ${error.error().message}`));
    context.on('request', (request) => {
      this.addresses.push(request.url());
      const { protocol, hostname } = new URL(request.url());
      const ours = hostname === 'localhost' || hostname.endsWith('.localhost');
      if (!ours && ['http:', 'https:', 'ws:', 'wss:'].includes(protocol)) this.complaints.push(`third party: ${request.url()}`);
    });
  }

  private hear(message: ConsoleMessage): void {
    if (message.type() !== 'error' && message.type() !== 'warning') return;
    const text = message.text();
    if (EXPECTED.test(text) || (this.offline && OFFLINE.test(text))) return;
    this.complaints.push(`${message.type()}: ${text} (${message.location().url})`);
  }
}
