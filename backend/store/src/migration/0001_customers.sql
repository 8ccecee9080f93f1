-- Users, their certificates, their accounts, and the inquiry PINs they registered.

CREATE TABLE users (
  id {uuid} NOT NULL PRIMARY KEY,
  login_name TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  company TEXT NOT NULL,
  role TEXT NOT NULL CHECK (role IN ('master', 'administrator', 'ordinary')),
  may_link {boolean} NOT NULL,
  core_user TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  failed_passwords {integer} NOT NULL DEFAULT 0 CHECK (failed_passwords >= 0),
  locked_at {integer},
  password_expires_at {integer}
){strict};

CREATE TABLE client_certificates (
  thumbprint {bytes} NOT NULL PRIMARY KEY CHECK (length(thumbprint) = 32),
  user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  subject TEXT NOT NULL,
  serial TEXT NOT NULL,
  bound_at {integer} NOT NULL
){strict};
CREATE INDEX client_certificates_of_user ON client_certificates (user_id);

CREATE TABLE inquiry_accounts (
  id {uuid} NOT NULL PRIMARY KEY,
  core_account TEXT NOT NULL UNIQUE,
  branch_code TEXT NOT NULL,
  branch_name TEXT NOT NULL,
  account_type TEXT NOT NULL,
  account_number TEXT NOT NULL,
  holder_name TEXT NOT NULL,
  memo TEXT,
  updated_at {integer} NOT NULL,
  -- The gate before the account's PIN: who asks the core at the moment, and until when nobody else may.
  pin_lease_owner {uuid},
  pin_lease_until {integer}
){strict};

CREATE TABLE user_accounts (
  user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  account_id {uuid} NOT NULL REFERENCES inquiry_accounts (id),
  position {integer} NOT NULL,
  PRIMARY KEY (user_id, account_id)
){strict};
CREATE INDEX user_accounts_of_account ON user_accounts (account_id);

CREATE TABLE registered_pins (
  user_id {uuid} NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  account_id {uuid} NOT NULL REFERENCES inquiry_accounts (id),
  sealed TEXT NOT NULL,
  registered_at {integer} NOT NULL,
  linkage_id {uuid},
  refused_at {integer},
  proven_until {integer},
  PRIMARY KEY (user_id, account_id)
){strict};
CREATE INDEX registered_pins_of_account ON registered_pins (account_id);
