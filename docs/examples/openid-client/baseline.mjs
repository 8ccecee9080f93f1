// The `baseline` profile, for partners that the cooperative has named: a client secret (client_secret_basic or
// client_secret_post), no PAR, tokens that are bound to nothing. PKCE and the rest are as ever.
//
//   node baseline.mjs ../../../target/demo/demo.json post-baseline

import * as client from 'openid-client';
import { connect, say, sendCustomer } from './bank.mjs';
import { sayTokens, use } from './permission.mjs';

const bank = await connect();
const { config, partner } = bank;

const pkceCodeVerifier = client.randomPKCECodeVerifier();
const expectedState = client.randomState();
const expectedNonce = partner.scopes.includes('openid') ? client.randomNonce() : undefined;

const url = client.buildAuthorizationUrl(config, {
  redirect_uri: partner.redirect_uris[0],
  scope: partner.scopes.join(' '),
  state: expectedState,
  ...(expectedNonce ? { nonce: expectedNonce } : {}),
  code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
  code_challenge_method: 'S256',
});
// Checks `state`, `iss`, and in an id_token signature, `iss`, `aud`, `exp` and `nonce`.
const tokens = await client.authorizationCodeGrant(config, await sendCustomer(url), { pkceCodeVerifier, expectedState, expectedNonce });
sayTokens('tokens', tokens);
if (expectedNonce) say('userinfo', { claims: await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub) });

await use(bank, tokens);
