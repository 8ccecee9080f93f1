-- Grants, the codes that activate them, the tokens that use them.

CREATE TABLE grants (
  id {uuid} NOT NULL PRIMARY KEY,
  -- `grant_id` of Grant Management; it goes on to the grant that takes this one's place.
  public_id TEXT NOT NULL,
  -- 受付番号: by which customers and staff name it.
  reference TEXT NOT NULL UNIQUE,
  user_id {uuid} NOT NULL REFERENCES users (id),
  partner_id TEXT NOT NULL REFERENCES partners (client_id),
  -- The grant whose place it takes under the same public id: it must be in force when this one becomes active.
  -- No reference: the older is forgotten first.
  continues {uuid},
  -- No reference: a grant outlives the linkage from which it came.
  linkage_id {uuid} NOT NULL,
  businesses TEXT NOT NULL,
  scope TEXT NOT NULL,
  authorization_details TEXT,
  from_date TEXT CHECK (length(from_date) = 10),
  claims TEXT,
  auth_time {integer} NOT NULL,
  acr TEXT NOT NULL,
  permitted_at {integer} NOT NULL,
  expires_at {integer} NOT NULL,
  activated_at {integer},
  ended_at {integer},
  end_reason TEXT CHECK (end_reason IN (
    'withdrawn', 'replaced', 'revoked_by_partner', 'code_replayed', 'refresh_reused', 'deregistered', 'ended_by_operator'
  )),
  last_access_at {integer},
  -- When its codes and refresh tokens were forgotten, because it was over.
  cleared_at {integer},
  CHECK ((ended_at IS NULL) = (end_reason IS NULL))
){strict};
CREATE INDEX grants_of_user ON grants (user_id, partner_id);
CREATE INDEX grants_of_partner ON grants (partner_id);
-- Of one user and one partner at most one grant is active; a new one replaces the earlier.
CREATE UNIQUE INDEX grants_one_active ON grants (user_id, partner_id) WHERE activated_at IS NOT NULL AND ended_at IS NULL;
-- A public id names at most one active grant. Pending ones may share it with the one that they will replace.
CREATE UNIQUE INDEX grants_one_active_of_public_id ON grants (public_id) WHERE activated_at IS NOT NULL AND ended_at IS NULL;
CREATE INDEX grants_of_public_id ON grants (public_id);
CREATE INDEX grants_by_expiry ON grants (expires_at);
CREATE INDEX grants_by_end ON grants (ended_at) WHERE ended_at IS NOT NULL;
-- What forgetting looks for, and nothing that it would have to pass over each time.
CREATE INDEX grants_uncleared_by_expiry ON grants (expires_at) WHERE cleared_at IS NULL;
CREATE INDEX grants_uncleared_by_end ON grants (ended_at) WHERE cleared_at IS NULL AND ended_at IS NOT NULL;
CREATE INDEX grants_unfetched ON grants (permitted_at) WHERE activated_at IS NULL;

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
  issued_at {integer} NOT NULL,
  expires_at {integer} NOT NULL,
  redeemed_at {integer}
){strict};
-- A linkage has one code at a time, and a grant is activated by one code.
CREATE UNIQUE INDEX authorization_codes_one_of_linkage ON authorization_codes (linkage_id);
CREATE INDEX authorization_codes_of_grant ON authorization_codes (grant_id);
CREATE INDEX authorization_codes_unredeemed ON authorization_codes (expires_at) WHERE redeemed_at IS NULL;

CREATE TABLE access_tokens (
  token_hash {bytes} NOT NULL PRIMARY KEY CHECK (length(token_hash) = 32),
  -- NULL: the partner's own (client_credentials).
  grant_id {uuid} REFERENCES grants (id) ON DELETE CASCADE,
  client_id TEXT NOT NULL REFERENCES partners (client_id),
  x5t_s256 {bytes} CHECK (length(x5t_s256) = 32),
  jkt {bytes} CHECK (length(jkt) = 32),
  scope TEXT NOT NULL,
  authorization_details TEXT,
  issued_at {integer} NOT NULL,
  expires_at {integer} NOT NULL,
  revoked_at {integer},
  CHECK (x5t_s256 IS NULL OR jkt IS NULL)
){strict};
CREATE INDEX access_tokens_of_grant ON access_tokens (grant_id);
CREATE INDEX access_tokens_by_expiry ON access_tokens (expires_at);

CREATE TABLE refresh_tokens (
  token_hash {bytes} NOT NULL PRIMARY KEY CHECK (length(token_hash) = 32),
  grant_id {uuid} NOT NULL REFERENCES grants (id) ON DELETE CASCADE,
  client_id TEXT NOT NULL REFERENCES partners (client_id),
  x5t_s256 {bytes} CHECK (length(x5t_s256) = 32),
  jkt {bytes} CHECK (length(jkt) = 32),
  issued_at {integer} NOT NULL,
  -- The token whose place this one took. No reference: the replaced are forgotten first.
  predecessor_hash {bytes} CHECK (length(predecessor_hash) = 32),
  -- Replaced by another, and until when it works nevertheless. Both or neither.
  replaced_at {integer},
  grace_until {integer},
  revoked_at {integer},
  CHECK (x5t_s256 IS NULL OR jkt IS NULL),
  CHECK ((replaced_at IS NULL) = (grace_until IS NULL))
){strict};
CREATE INDEX refresh_tokens_of_grant ON refresh_tokens (grant_id);
CREATE INDEX refresh_tokens_by_grace ON refresh_tokens (grace_until) WHERE grace_until IS NOT NULL;
CREATE INDEX refresh_tokens_by_revocation ON refresh_tokens (revoked_at) WHERE revoked_at IS NOT NULL;
