// What a partner does with its tokens while the permission lasts, and how it gives them back.

import * as client from 'openid-client';
import { say } from './bank.mjs';

/** Prints a token response without its secrets. */
export function sayTokens(event, tokens) {
  const { access_token, refresh_token, id_token, ...rest } = tokens;
  say(event, { ...rest, has_refresh_token: refresh_token !== undefined });
  const claims = tokens.claims();
  if (claims) say('id_token', { claims });
}

/** Reads accounts and statement, refreshes, looks the token up, and ends the permission. */
export async function use({ config, api, options }, tokens) {
  const get = async (accessToken, path, parameters = {}) => {
    const url = new URL(`${api}${path}`);
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    const response = await client.fetchProtectedResource(config, accessToken, url, 'GET', undefined, undefined, options);
    return response.json();
  };

  const { accounts } = await get(tokens.access_token, '/accounts');
  say('accounts', { accounts });
  const account = accounts.find(({ status }) => status === 'available');
  const entries = [];
  let page = { next_cursor: undefined };
  do {
    page = await get(tokens.access_token, `/accounts/${account.account_id}/statement`, page.next_cursor ? { cursor: page.next_cursor } : {});
    entries.push(...page.entries);
  } while (page.next_cursor);
  say('statement', { account_id: account.account_id, from: page.from, to: page.to, count: entries.length, first: entries[0] });

  const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token, {}, options);
  sayTokens('refreshed', refreshed);
  say('accounts_after_refresh', { count: (await get(refreshed.access_token, '/accounts')).accounts.length });

  say('introspection', await client.tokenIntrospection(config, refreshed.access_token));

  // A refresh token ends the whole permission, its access tokens included.
  await client.tokenRevocation(config, refreshed.refresh_token ?? tokens.refresh_token);
  const { active } = await client.tokenIntrospection(config, refreshed.access_token);
  say('revoked', { active, refusal: await refusal(get(refreshed.access_token, '/accounts')) });
}

/** The challenge with which the bank refused this request. */
async function refusal(request) {
  try {
    await request;
  } catch (error) {
    if (error instanceof client.WWWAuthenticateChallengeError) {
      return { status: error.status, error: error.cause.find(({ parameters }) => parameters.error)?.parameters.error };
    }
    throw error;
  }
  return undefined;
}
