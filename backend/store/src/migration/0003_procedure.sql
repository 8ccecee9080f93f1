-- What a browser goes through act by act: linkages and customer sessions, and their visits to the certificate listener.

CREATE TABLE procedure_runs (
  id {uuid} NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('linkage', 'customer_session')),
  partner_id TEXT REFERENCES partners (client_id) ON DELETE CASCADE,
  user_id {uuid} REFERENCES users (id) ON DELETE CASCADE,
  -- No reference: a run that has ended outlives its request. Until then housekeeping keeps the request.
  request_uri_hash {bytes} CHECK (length(request_uri_hash) = 32),
  -- The vault's key under which the run's one-time values are derived.
  key_id TEXT,
  cookie_hash {bytes} NOT NULL UNIQUE CHECK (length(cookie_hash) = 32),
  cookie_counter {integer} NOT NULL,
  state TEXT NOT NULL,
  version {integer} NOT NULL,
  started_at {integer} NOT NULL,
  expires_at {integer} NOT NULL,
  ended_at {integer},
  -- The act under way, of which kind it is, and its lease. All or none.
  busy_act TEXT,
  busy_kind TEXT,
  busy_until {integer},
  CHECK ((busy_act IS NULL) = (busy_kind IS NULL)),
  CHECK ((busy_act IS NULL) = (busy_until IS NULL)),
  CHECK (kind <> 'linkage' OR partner_id IS NOT NULL)
){strict};
CREATE INDEX procedure_runs_by_expiry ON procedure_runs (expires_at);
CREATE INDEX procedure_runs_of_request ON procedure_runs (request_uri_hash) WHERE request_uri_hash IS NOT NULL;

CREATE TABLE procedure_acts (
  run_id {uuid} NOT NULL REFERENCES procedure_runs (id) ON DELETE CASCADE,
  act_id TEXT NOT NULL,
  -- The id answers this kind of act alone: another's outcome is no answer.
  kind TEXT NOT NULL,
  -- NULL: the act was interrupted, and nobody knows how far it came.
  outcome TEXT,
  at {integer} NOT NULL,
  PRIMARY KEY (run_id, act_id)
){strict};

CREATE TABLE certificate_attempts (
  id {uuid} NOT NULL PRIMARY KEY,
  attempt_hash {bytes} NOT NULL UNIQUE CHECK (length(attempt_hash) = 32),
  subject_kind TEXT NOT NULL CHECK (subject_kind IN ('linkage', 'customer_session')),
  subject_id {uuid} NOT NULL REFERENCES procedure_runs (id) ON DELETE CASCADE,
  created_at {integer} NOT NULL,
  expires_at {integer} NOT NULL,
  judgement TEXT,
  result_hash {bytes} UNIQUE CHECK (length(result_hash) = 32),
  result_expires_at {integer},
  consumed_at {integer},
  CHECK ((judgement IS NULL) = (result_hash IS NULL)),
  CHECK ((judgement IS NULL) = (result_expires_at IS NULL))
){strict};
CREATE INDEX certificate_attempts_of_subject ON certificate_attempts (subject_id);
CREATE INDEX certificate_attempts_by_expiry ON certificate_attempts (expires_at);
