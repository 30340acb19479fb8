-- Up Migration

-- Who a person is at an identity provider: bound at the first sign-in with a confirmed mail address, or by hand.
create table identities (
  issuer text not null,
  subject text not null,
  person_id text not null references people on delete cascade,
  created_at timestamptz not null default now(),
  primary key (issuer, subject),
  unique (issuer, person_id)
);

-- Somebody signed in to the console. The secret of the cookie is kept as its SHA-256 only.
create table console_sessions (
  secret_hash bytea primary key,
  person_id text not null references people on delete cascade,
  -- What the identity provider wants to see when the session ends there, too.
  id_token text not null,
  created_at timestamptz not null default now(),
  used_at timestamptz not null default now(),
  expires_at timestamptz not null
);
