create table invitations (
    code_hash   bytea primary key check (octet_length(code_hash) = 32),
    note        text not null,
    created_at  timestamptz not null,
    expires_at  timestamptz not null,
    request     bytea check (octet_length(request) = 32) -- the one join that used it
);

create table households (
    gateway      text primary key,
    device       bytea not null unique check (octet_length(device) = 32),
    account      bytea not null check (octet_length(account) = 20),
    device_x     bytea not null,
    device_y     bytea not null,
    member_x     bytea not null,
    member_y     bytea not null,
    request      bytea not null unique check (octet_length(request) = 32),
    attempt      bytea not null check (octet_length(attempt) = 32), -- the signed claim that is on its way to the chain
    token_hash   bytea not null unique check (octet_length(token_hash) = 32),
    broker_hash  text not null,
    status       text not null check (status in ('joining', 'joined')),
    joined_at    timestamptz not null
);
create index households_account on households (account);
