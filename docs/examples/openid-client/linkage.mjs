// FAPI 2.0 Security Profile: the code flow with PAR, PKCE and OpenID Connect, for each way to authenticate
// (private_key_jwt, tls_client_auth, self_signed_tls_client_auth) and each way to bind tokens (mutual TLS, DPoP).
//
//   node linkage.mjs ../../../target/demo/demo.json pkjwt-dpop
//   node linkage.mjs ../../../target/demo/demo.json pkjwt-dpop jarm    # the customer comes back with a signed response

import * as client from 'openid-client';
import { connect, say, sendCustomer } from './bank.mjs';
import { sayTokens, use } from './permission.mjs';

const signsResponses = process.argv[4] === 'jarm';
const bank = await connect({}, signsResponses ? [client.useJwtResponseMode] : []);
const { config, partner, options } = bank;

// New for every customer; keep them in the customer's session at your place.
const pkceCodeVerifier = client.randomPKCECodeVerifier();
const expectedState = client.randomState();
const expectedNonce = client.randomNonce();

const url = await client.buildAuthorizationUrlWithPAR(
  config,
  {
    redirect_uri: partner.redirect_uris[0],
    scope: partner.scopes.join(' '),
    state: expectedState,
    nonce: expectedNonce,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
  },
  options,
);
const returned = await sendCustomer(url);
say('returned', { parameters: [...returned.searchParams.keys()] });

// Checks `state`, `iss`, the signature of a signed response, and in the id_token signature, `iss`, `aud`, `exp` and `nonce`.
const tokens = await client.authorizationCodeGrant(config, returned, { pkceCodeVerifier, expectedState, expectedNonce }, {}, options);
sayTokens('tokens', tokens);
say('userinfo', { claims: await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub, options) });

await use(bank, tokens);
