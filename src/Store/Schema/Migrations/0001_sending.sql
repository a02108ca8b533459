-- What the store's own wallets do on chain: one row per effect, for ever.
create table transactions (
    ordinal      bigint generated always as identity primary key,
    id           bytea not null unique check (octet_length(id) = 32),
    wallet       text not null,
    purpose      text not null,
    target       bytea check (octet_length(target) = 20), -- null creates a contract
    data         bytea not null,
    status       text not null default 'queued' check (status in ('queued', 'sent', 'mined', 'refused')),
    hash         bytea check (octet_length(hash) = 32), -- of the newest attempt, in the end of the one that was mined
    block_number bigint,
    created      bytea check (octet_length(created) = 20),
    reason       text,
    queued_at    timestamptz not null,
    finished_at  timestamptz
);
create index transactions_open on transactions (wallet, ordinal) where status in ('queued', 'sent');

-- Signed bytes, committed before the chain hears of them. Attempts at one effect share its nonce, so at most one can be mined.
create table attempts (
    wallet          text not null,
    nonce           bigint not null,
    number          bigint generated always as identity,
    transaction_id  bytea not null references transactions (id),
    hash            bytea not null unique check (octet_length(hash) = 32),
    raw             bytea not null,
    primary key (wallet, nonce, number)
);
create index attempts_transaction on attempts (transaction_id, number);

create table settings (
    name   text primary key,
    value  text not null
);

create function refuse_change() returns trigger language plpgsql as
$$ begin raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation'; end $$;
