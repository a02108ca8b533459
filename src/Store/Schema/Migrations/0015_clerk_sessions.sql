-- The clerk's logins, so that a logout ends one. The hash is keyed with the clerk's password and token.
create table clerk_sessions (
    hash text primary key,
    ends_at timestamptz not null
);
