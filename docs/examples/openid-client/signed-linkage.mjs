// FAPI 2.0 Message Signing: the request is a signed request object that is pushed (JAR by PAR), the customer comes back
// with a signed response (JARM), and the bank signs what it says of tokens (RFC 9701) and of accounts.
//
//   node signed-linkage.mjs ../../../target/demo/demo.json jar-jarm

import { createRemoteJWKSet, customFetch, jwtVerify } from 'jose';
import * as client from 'openid-client';
import { connect, say, sendCustomer } from './bank.mjs';
import { sayTokens, use } from './permission.mjs';

const bank = await connect({ introspection_signed_response_alg: 'ES256' }, [client.useJwtResponseMode]);
const { config, partner, key, fetchFromBank, options, api } = bank;
// openid-client would take an unsigned answer too: what was asked for as a JWT, and nothing else, must come as one.
config[client.customFetch] = async (url, request) => {
  const answer = await fetchFromBank(url, request);
  const asked = new Headers(request.headers).get('accept');
  const mustBeSigned = asked?.endsWith('jwt') && !asked.includes(',');
  if (mustBeSigned && answer.headers.get('content-type') !== asked) throw new Error(`${url} does not answer ${asked}`);
  return answer;
};

const pkceCodeVerifier = client.randomPKCECodeVerifier();
const expectedState = client.randomState();
const expectedNonce = client.randomNonce();

const { searchParams: signedRequest } = await client.buildAuthorizationUrlWithJAR(
  config,
  {
    redirect_uri: partner.redirect_uris[0],
    scope: partner.scopes.join(' '),
    state: expectedState,
    nonce: expectedNonce,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
  },
  key,
);
const returned = await sendCustomer(await client.buildAuthorizationUrlWithPAR(config, signedRequest, options));
say('returned', { parameters: [...returned.searchParams.keys()] });

// Verifies the signature of the response as well, and of what the token and introspection endpoints sign.
const tokens = await client.authorizationCodeGrant(config, returned, { pkceCodeVerifier, expectedState, expectedNonce }, {}, options);
sayTokens('tokens', tokens);
say('userinfo', { claims: await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub, options) });

const { issuer, jwks_uri } = config.serverMetadata();
const accept = new Headers({ accept: 'application/jwt' });
const answer = await client.fetchProtectedResource(config, tokens.access_token, new URL(`${api}/accounts`), 'GET', undefined, accept, options);
const { payload } = await jwtVerify(await answer.text(), createRemoteJWKSet(new URL(jwks_uri), { [customFetch]: fetchFromBank }), {
  typ: 'renkei-response+jwt',
  issuer,
  audience: partner.client_id,
});
say('signed_accounts', payload.response);

await use(bank, tokens);
