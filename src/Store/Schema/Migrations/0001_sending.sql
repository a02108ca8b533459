-- Transactions of the store's own wallets. A row is complete (nonce, raw bytes, hash) before the chain hears of it.
create table transactions (
    ordinal      bigint generated always as identity primary key,
    id           bytea not null unique check (octet_length(id) = 32),
    wallet       text not null,
    purpose      text not null,
    target       bytea check (octet_length(target) = 20), -- null creates a contract
    data         bytea not null,
    status       text not null default 'queued' check (status in ('queued', 'sent', 'mined', 'refused')),
    nonce        bigint,
    gas_limit    bigint,
    raw          bytea,
    hash         bytea check (octet_length(hash) = 32),
    block_number bigint,
    created      bytea check (octet_length(created) = 20),
    reason       text,
    queued_at    timestamptz not null,
    finished_at  timestamptz,
    unique (wallet, nonce),
    check (status <> 'sent' or (nonce is not null and raw is not null and hash is not null))
);
create index transactions_open on transactions (wallet, ordinal) where status in ('queued', 'sent');

-- Which contracts this store deployed or adopted, and on which chain.
create table contracts (
    name     text primary key,
    address  bytea not null check (octet_length(address) = 20)
);
create table settings (
    name   text primary key,
    value  text not null
);

create function refuse_change() returns trigger language plpgsql as
$$ begin raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation'; end $$;
