// A partner at the level of its API: pushes the authorization request, redeems the code, asks for data.
// The journey through the demo's own accounting software is in `pages/accounting-software.ts`.

import { createHash, createPrivateKey, randomBytes, randomUUID } from 'node:crypto';
import { SignJWT, type JWK } from 'jose';
import type { DemoPartner } from '../demo/description.ts';
import { call, type Answer } from './loopback.ts';

/** The bank as a partner sees it. */
export interface Bank {
  issuer: string;
  partnerUrl: string;
  ca: string;
}

/** An authorization request under way. */
export interface Visit {
  /** Where the customer's browser must go. */
  url: string;
  state: string;
  verifier: string;
  redirectUri: string;
}

export interface Tokens {
  access_token: string;
  refresh_token?: string;
  token_type: string;
  expires_in: number;
  scope?: string;
  permission_expires_at: string;
}

export class PartnerClient {
  constructor(
    private readonly bank: Bank,
    readonly registration: DemoPartner,
  ) {}

  /** Pushes an authorization request (RFC 9126) for these scopes, else for all that are registered; with more parameters. */
  async begin(scopes: string[] = this.registration.scopes, more: Record<string, string> = {}): Promise<Visit> {
    const verifier = randomBytes(32).toString('base64url');
    const state = randomUUID();
    const redirectUri = this.registration.redirect_uris[0]!;
    const answer = await this.post('/par', {
      response_type: 'code',
      redirect_uri: redirectUri,
      scope: scopes.join(' '),
      state,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
      ...more,
    });
    if (answer.status !== 201) throw new Error(`/par answered ${answer.status}: ${answer.text}`);
    const url = new URL('/authorize', this.bank.issuer);
    url.searchParams.set('client_id', this.registration.client_id);
    url.searchParams.set('request_uri', answer.json().request_uri);
    return { url: url.href, state, verifier, redirectUri };
  }

  /** Redeems the code of the customer's return (RFC 6749 section 4.1.3). */
  redeem(visit: Visit, code: string): Promise<Answer> {
    return this.post('/token', {
      grant_type: 'authorization_code',
      code,
      redirect_uri: visit.redirectUri,
      code_verifier: visit.verifier,
    });
  }

  /** The tokens for the code; fails when there are none. */
  async tokens(visit: Visit, code: string): Promise<Tokens> {
    const answer = await this.redeem(visit, code);
    if (answer.status !== 200) throw new Error(`/token answered ${answer.status}: ${answer.text}`);
    return answer.json<Tokens>();
  }

  /** Refreshes (RFC 6749 section 6). */
  refresh(tokens: Tokens): Promise<Answer> {
    return this.post('/token', { grant_type: 'refresh_token', refresh_token: tokens.refresh_token! });
  }

  /** Asks the accounts API. */
  get(path: string, tokens: Tokens): Promise<Answer> {
    return call(new URL(path, this.bank.partnerUrl), {
      headers: { authorization: `Bearer ${tokens.access_token}` },
      ...this.tls(),
    });
  }

  private async post(path: string, parameters: Record<string, string>): Promise<Answer> {
    const form = new URLSearchParams({ ...parameters, ...(await this.identification()) });
    return call(new URL(path, this.bank.partnerUrl), {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...this.authorization() },
      body: form.toString(),
      ...this.tls(),
    });
  }

  private async identification(): Promise<Record<string, string>> {
    const { auth_method, client_id, private_jwk } = this.registration;
    if (auth_method === 'tls_client_auth') return { client_id };
    if (auth_method !== 'private_key_jwt') return {};
    const now = Math.floor(Date.now() / 1000);
    const key = createPrivateKey({ key: private_jwk as JWK & { kty: string }, format: 'jwk' });
    const assertion = await new SignJWT({ iss: client_id, sub: client_id, aud: this.bank.issuer, jti: randomUUID(), iat: now, exp: now + 60 })
      .setProtectedHeader({ alg: private_jwk?.alg ?? 'ES256', ...(private_jwk?.kid ? { kid: private_jwk.kid } : {}) })
      .sign(key);
    return {
      client_id,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    };
  }

  private authorization(): Record<string, string> {
    const { auth_method, client_id, client_secret } = this.registration;
    if (auth_method !== 'client_secret_basic') return {};
    const text = `${encodeURIComponent(client_id)}:${encodeURIComponent(client_secret ?? '')}`;
    return { authorization: `Basic ${Buffer.from(text).toString('base64')}` };
  }

  private tls() {
    return { ca: this.bank.ca, certificate: this.registration.certificate_pem, key: this.registration.key_pem };
  }
}
