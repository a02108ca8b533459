create table epochs (
    number          bigint primary key,
    day             integer not null unique,
    root            bytea not null,
    total           numeric(39) not null,
    secret          bytea not null check (octet_length(secret) = 32),
    inputs          jsonb not null,
    transaction_id  bytea references transactions (id),
    closed_at       timestamptz not null,
    published_at    timestamptz
);

create table epoch_leaves (
    epoch           bigint not null references epochs,
    account         bytea not null,
    points          bigint not null,
    cumulative      numeric(39) not null,
    reward_salt     bytea not null,
    reward_proof    bytea not null,
    tier            smallint not null,
    standing_salt   bytea not null,
    standing_proof  bytea not null,
    primary key (epoch, account)
);

-- What a household's shelf said it used, beside what the store delivered to it (mass balance, rule F10).
create table mass_balance (
    epoch            bigint not null references epochs,
    account          bytea not null,
    blocks           integer not null,
    uses             bigint not null,
    delivered_packs  bigint not null,
    delivered_mg     bigint not null,
    primary key (epoch, account)
);
