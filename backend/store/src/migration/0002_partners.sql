-- Partners and how they came to be (RFC 7591), what they push ahead (RFC 9126), what they have used up (RFC 7523,
-- RFC 9449, RFC 9101), their names for accounts and for users.

CREATE TABLE initial_access_tokens (
  id {uuid} NOT NULL PRIMARY KEY,
  token_hash {bytes} NOT NULL UNIQUE CHECK (length(token_hash) = 32),
  terms TEXT NOT NULL,
  created_at {integer} NOT NULL,
  expires_at {integer} NOT NULL,
  uses_left {integer} NOT NULL CHECK (uses_left >= 0)
){strict};
CREATE INDEX initial_access_tokens_by_expiry ON initial_access_tokens (expires_at);

CREATE TABLE partners (
  client_id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  legal_name TEXT NOT NULL,
  registration_number TEXT NOT NULL,
  purpose TEXT NOT NULL,
  complaint_contact TEXT NOT NULL,
  profile TEXT NOT NULL CHECK (profile IN ('fapi2', 'baseline')),
  businesses TEXT NOT NULL CHECK (businesses IN ('choose', 'fixed')),
  registration TEXT NOT NULL,
  -- For which its pairwise subjects are made (OpenID Connect Core section 8.1); it stays, whatever the registration becomes.
  sector TEXT NOT NULL,
  -- SHA-256 of the certificate subject by which it is known (RFC 8705 section 2.1.2): no two partners have one.
  certificate_subject {bytes} UNIQUE CHECK (length(certificate_subject) = 32),
  secret_hash {bytes} CHECK (length(secret_hash) = 32),
  registration_token_hash {bytes} CHECK (length(registration_token_hash) = 32),
  -- No reference: a partner outlives the initial access token by which it came.
  registered_by {uuid},
  -- The terms of that token: what the partner's own updates may not go beyond.
  registration_terms TEXT,
  created_at {integer} NOT NULL,
  suspended_at {integer},
  -- A partner that deregistered stays for the audit, without its credentials.
  deleted_at {integer},
  CHECK (deleted_at IS NULL OR (certificate_subject IS NULL AND secret_hash IS NULL AND registration_token_hash IS NULL))
){strict};

CREATE TABLE pushed_requests (
  request_uri_hash {bytes} NOT NULL PRIMARY KEY CHECK (length(request_uri_hash) = 32),
  client_id TEXT NOT NULL REFERENCES partners (client_id) ON DELETE CASCADE,
  request TEXT NOT NULL,
  created_at {integer} NOT NULL,
  expires_at {integer} NOT NULL,
  consumed_at {integer}
){strict};
CREATE INDEX pushed_requests_by_expiry ON pushed_requests (expires_at);

-- No reference: a DPoP proof belongs to a key, not to a partner.
CREATE TABLE replays (
  kind TEXT NOT NULL CHECK (kind IN ('client_assertion', 'dpop_proof', 'request_object')),
  owner TEXT NOT NULL,
  id_hash {bytes} NOT NULL CHECK (length(id_hash) = 32),
  expires_at {integer} NOT NULL,
  PRIMARY KEY (kind, owner, id_hash)
){strict};
CREATE INDEX replays_by_expiry ON replays (expires_at);

CREATE TABLE partner_accounts (
  partner_id TEXT NOT NULL REFERENCES partners (client_id) ON DELETE CASCADE,
  account_id {uuid} NOT NULL REFERENCES inquiry_accounts (id),
  public_id {uuid} NOT NULL UNIQUE,
  PRIMARY KEY (partner_id, account_id)
){strict};

-- A sector is one partner's or several partners' (OpenID Connect Core section 8.1).
CREATE TABLE pairwise_subjects (
  sector TEXT NOT NULL,
  user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  subject TEXT NOT NULL,
  PRIMARY KEY (sector, user_id),
  UNIQUE (sector, subject)
){strict};
