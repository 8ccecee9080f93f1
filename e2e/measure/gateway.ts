// A core banking system with one user of many accounts, by the gateway's contract (docs/gateway-contract.md), as far as
// the table of accounts asks it. The demo's largest company has 300.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const BRANCHES = ['札幌営業部', '岩見沢支店', '滝川支店', '砂川支店', '美唄支店', '深川支店', '芦別支店', '赤平支店', '歌志内支店', '夕張支店'];

export class ManyAccountsGateway {
  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(count: number): Promise<ManyAccountsGateway> {
    const accounts = Array.from({ length: count }, (_, place) => ({
      key: `B${String(place).padStart(9, '0')}`,
      branch_code: String(101 + (place % BRANCHES.length)),
      branch_name: BRANCHES[place % BRANCHES.length],
      account_type: '1',
      account_number: String(3_000_000 + place * 37),
      holder_name: '北海食品株式会社',
      memo: place % 3 === 0 ? `売上 ${place}` : null,
    }));
    const body = JSON.stringify({ accounts });
    const state = JSON.stringify({ locked: false, remaining_tries: 5 });
    const server = createServer((request, response) => {
      const listed = request.method === 'GET' && request.url?.endsWith('/accounts');
      const asked = request.method === 'GET' && request.url?.endsWith('/pin-state');
      response.writeHead(listed || asked ? 200 : 404, { 'content-type': 'application/json' }).end(listed ? body : asked ? state : '{"code":"unknown_account"}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new ManyAccountsGateway(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve));
    this.server.closeAllConnections();
    await closed;
  }
}
