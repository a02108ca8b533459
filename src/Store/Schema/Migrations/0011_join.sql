-- A join answers a challenge that the store gave out for its invitation; one signed request answers it, again and again until it expires.
create table join_challenges (
    challenge   bytea primary key check (octet_length(challenge) = 32),
    invitation  bytea not null references invitations (code_hash),
    expires_at  timestamptz not null, -- real time, like every wait of a person at a door
    request     bytea check (octet_length(request) = 32)
);
create index join_challenges_invitation on join_challenges (invitation, expires_at);

-- Names that a person takes for each other: GatewayNames.AlikeOf computes the same.
create index households_alike on households (replace(replace(translate(gateway, '01i_', 'oll-'), 'rn', 'm'), 'vv', 'w'));

-- What the registry on chain said last of a device: for whom it speaks, and whether it is banned.
create table device_standing (
    device      bytea primary key check (octet_length(device) = 32),
    account     bytea check (octet_length(account) = 20), -- null: it speaks for nobody (never claimed, revoked or banned)
    banned_at   timestamptz,
    checked_at  timestamptz not null
);

-- A device whose fork was handed to the chain: once, for ever.
create table fork_reports (
    device          bytea primary key check (octet_length(device) = 32),
    transaction_id  bytea not null unique references transactions (id)
);
