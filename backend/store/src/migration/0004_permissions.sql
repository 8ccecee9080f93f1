-- Grants, the codes that activate them, the tokens that use them.

CREATE TABLE grants (
  id {uuid} NOT NULL PRIMARY KEY,
  user_id {uuid} NOT NULL REFERENCES users (id),
  partner_id TEXT NOT NULL REFERENCES partners (client_id),
  -- No reference: a grant outlives the linkage from which it came.
  linkage_id {uuid} NOT NULL,
  businesses TEXT NOT NULL,
  scope TEXT NOT NULL,
  permitted_at {integer} NOT NULL,
  expires_at {integer} NOT NULL,
  activated_at {integer},
  ended_at {integer},
  end_reason TEXT CHECK (end_reason IN ('withdrawn', 'replaced', 'revoked_by_partner', 'code_replayed', 'ended_by_operator')),
  last_access_at {integer},
  CHECK ((ended_at IS NULL) = (end_reason IS NULL))
){strict};
CREATE INDEX grants_of_user ON grants (user_id, partner_id);
CREATE INDEX grants_of_partner ON grants (partner_id);
-- Of one user and one partner at most one grant is active; a new one replaces the earlier.
CREATE UNIQUE INDEX grants_one_active ON grants (user_id, partner_id) WHERE activated_at IS NOT NULL AND ended_at IS NULL;

CREATE TABLE grant_accounts (
  grant_id {uuid} NOT NULL REFERENCES grants (id) ON DELETE CASCADE,
  account_id {uuid} NOT NULL REFERENCES inquiry_accounts (id),
  position {integer} NOT NULL,
  PRIMARY KEY (grant_id, account_id)
){strict};

CREATE TABLE authorization_codes (
  code_hash {bytes} NOT NULL PRIMARY KEY CHECK (length(code_hash) = 32),
  grant_id {uuid} NOT NULL REFERENCES grants (id) ON DELETE CASCADE,
  linkage_id {uuid} NOT NULL,
  client_id TEXT NOT NULL REFERENCES partners (client_id),
  redirect_uri TEXT NOT NULL,
  code_challenge TEXT NOT NULL,
  binding TEXT,
  nonce TEXT,
  issued_at {integer} NOT NULL,
  expires_at {integer} NOT NULL,
  redeemed_at {integer}
){strict};
-- A linkage has one code at a time, and a grant is activated by one code.
CREATE UNIQUE INDEX authorization_codes_one_of_linkage ON authorization_codes (linkage_id);
CREATE INDEX authorization_codes_of_grant ON authorization_codes (grant_id);
CREATE INDEX authorization_codes_by_expiry ON authorization_codes (expires_at);

CREATE TABLE access_tokens (
  token_hash {bytes} NOT NULL PRIMARY KEY CHECK (length(token_hash) = 32),
  grant_id {uuid} NOT NULL REFERENCES grants (id) ON DELETE CASCADE,
  client_id TEXT NOT NULL REFERENCES partners (client_id),
  thumbprint {bytes} CHECK (length(thumbprint) = 32),
  scope TEXT NOT NULL,
  issued_at {integer} NOT NULL,
  expires_at {integer} NOT NULL,
  revoked_at {integer}
){strict};
CREATE INDEX access_tokens_of_grant ON access_tokens (grant_id);
CREATE INDEX access_tokens_by_expiry ON access_tokens (expires_at);

CREATE TABLE refresh_tokens (
  token_hash {bytes} NOT NULL PRIMARY KEY CHECK (length(token_hash) = 32),
  grant_id {uuid} NOT NULL REFERENCES grants (id) ON DELETE CASCADE,
  client_id TEXT NOT NULL REFERENCES partners (client_id),
  thumbprint {bytes} CHECK (length(thumbprint) = 32),
  issued_at {integer} NOT NULL,
  revoked_at {integer}
){strict};
CREATE INDEX refresh_tokens_of_grant ON refresh_tokens (grant_id);
