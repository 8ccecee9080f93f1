-- Who did what, when. No references: the trail outlives what it tells of.

CREATE TABLE audit_events (
  id {uuid} NOT NULL PRIMARY KEY,
  at {integer} NOT NULL,
  kind TEXT NOT NULL,
  linkage_id {uuid},
  user_id {uuid},
  partner_id TEXT,
  detail TEXT NOT NULL
){strict};
CREATE INDEX audit_events_by_time ON audit_events (at);
CREATE INDEX audit_events_of_linkage ON audit_events (linkage_id);
CREATE INDEX audit_events_of_user ON audit_events (user_id, at);
CREATE INDEX audit_events_of_partner ON audit_events (partner_id, at);
