-- Partners, what they push ahead (RFC 9126), the assertions they have used up (RFC 7523), their names for accounts.

CREATE TABLE partners (
  client_id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  legal_name TEXT NOT NULL,
  registration_number TEXT NOT NULL,
  purpose TEXT NOT NULL,
  complaint_contact TEXT NOT NULL,
  profile TEXT NOT NULL CHECK (profile IN ('fapi2', 'baseline')),
  auth_method TEXT NOT NULL CHECK (auth_method IN ('private_key_jwt', 'tls_client_auth', 'client_secret_basic')),
  jwks TEXT,
  secret_hash {bytes} CHECK (length(secret_hash) = 32),
  tls_client_auth_subject_dn TEXT,
  redirect_uris TEXT NOT NULL,
  scopes TEXT NOT NULL,
  businesses TEXT NOT NULL CHECK (businesses IN ('choose', 'fixed')),
  token_binding TEXT NOT NULL CHECK (token_binding IN ('mtls', 'none')),
  suspended_at {integer}
){strict};

CREATE TABLE pushed_requests (
  request_uri_hash {bytes} NOT NULL PRIMARY KEY CHECK (length(request_uri_hash) = 32),
  client_id TEXT NOT NULL REFERENCES partners (client_id) ON DELETE CASCADE,
  request TEXT NOT NULL,
  created_at {integer} NOT NULL,
  expires_at {integer} NOT NULL,
  taken_at {integer}
){strict};
CREATE INDEX pushed_requests_by_expiry ON pushed_requests (expires_at);

CREATE TABLE client_assertions (
  client_id TEXT NOT NULL REFERENCES partners (client_id) ON DELETE CASCADE,
  jti_hash {bytes} NOT NULL CHECK (length(jti_hash) = 32),
  expires_at {integer} NOT NULL,
  PRIMARY KEY (client_id, jti_hash)
){strict};
CREATE INDEX client_assertions_by_expiry ON client_assertions (expires_at);

CREATE TABLE partner_accounts (
  partner_id TEXT NOT NULL REFERENCES partners (client_id) ON DELETE CASCADE,
  account_id {uuid} NOT NULL REFERENCES inquiry_accounts (id),
  public_id {uuid} NOT NULL UNIQUE,
  PRIMARY KEY (partner_id, account_id)
){strict};
