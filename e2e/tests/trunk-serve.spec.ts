// Front-end developers iterate with `trunk serve`: pages from Trunk, everything else from a running bank, and the whole
// journey can be clicked through, the certificate step included (CONTRIBUTING.md, "Working on the pages").

import { user } from '../demo/description.ts';
import { freePorts } from '../demo/ports.ts';
import { Stand } from '../demo/stand.ts';
import { TrunkServe } from '../demo/trunk.ts';
import { expect, test } from '../fixtures.ts';

test('the whole journey on pages that trunk serves', async ({ customer }) => {
  test.setTimeout(900_000);
  const [port] = (await freePorts(1)) as [number];
  const pages = `http://localhost:${port}`;
  const bank = await Stand.start({ RENKEI_FRONTEND_ORIGIN: pages });
  const trunk = await TrunkServe.start(bank.issuer, port);
  try {
    const partner = bank.partner();
    const visit = await partner.begin();
    const taro = user('sorachi-taro');
    const wizard = await customer(taro.name);
    await wizard.untilPermission(visit.url, taro.name, [taro.accounts[0]!]);
    expect(new URL(wizard.page.url()).origin).toBe(pages);
    await wizard.permit();
    const back = await wizard.person.backAtPartner();
    expect([back.get('state'), back.get('iss')]).toEqual([visit.state, bank.issuer]);
    const tokens = await partner.tokens(visit, back.get('code')!);
    expect((await partner.get('/v1/accounts', tokens)).json().accounts).toHaveLength(2);

    await wizard.page.goto(`${pages}/linkages`);
    await wizard.pressCertificateLogin();
    await expect(wizard.password).toBeVisible();
    expect(new URL(wizard.page.url()).origin).toBe(pages);
  } finally {
    await trunk.stop();
    await bank.remove();
  }
});
