// A relay before the certificate listener that presents any certificate, as a browser of another make would: Chromium
// never offers expired ones and those of other authorities. The browser's own TLS ends here.

import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type Server, type TLSSocket } from 'node:tls';
import type { CertificateFiles } from '../demo/description.ts';
import { TEST_SERVER } from './authority.ts';

export class Relay {
  private constructor(
    private readonly server: Server,
    private readonly open: Set<TLSSocket>,
    /** Chromium's parameter that leads every name of the certificate listener here. */
    readonly chromiumArgument: string,
  ) {}

  /** Starts a relay before the certificate listener at this port. */
  static async start(certificatePort: number, presented: () => CertificateFiles): Promise<Relay> {
    const open = new Set<TLSSocket>();
    const server = createServer({ cert: readFileSync(TEST_SERVER.certificate), key: readFileSync(TEST_SERVER.key) }, (inner) => {
      open.add(inner);
      inner.once('close', () => open.delete(inner));
      const certificate = presented();
      const outer = connect({
        host: '127.0.0.1',
        port: certificatePort,
        servername: inner.servername || 'cert.localhost',
        cert: readFileSync(certificate.certificate_pem),
        key: readFileSync(certificate.key_pem),
        // The browser's check of the server's certificate is not what is tested here.
        rejectUnauthorized: false,
      });
      inner.on('error', () => outer.destroy());
      outer.on('error', () => inner.destroy());
      inner.pipe(outer).pipe(inner);
    });
    server.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    return new Relay(server, open, `--host-resolver-rules=MAP *.cert.localhost 127.0.0.1:${port}`);
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    // Browsers open connections ahead of need and keep them.
    for (const socket of this.open) socket.destroy();
    await closed;
  }
}
