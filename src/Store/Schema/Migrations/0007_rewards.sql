-- One row per published epoch with everything an auditor needs to compute its root again.
create table epochs (
    number          bigint primary key,
    root            bytea not null check (octet_length(root) = 32),
    total           numeric(39) not null,
    secret          bytea not null check (octet_length(secret) = 32),
    rate            numeric(39) not null,
    inputs          jsonb not null, -- rules and one line per household, as HouseholdEpoch
    transaction_id  bytea not null unique references transactions (id),
    closed_at       timestamptz not null,
    published_at    timestamptz
);

create table epoch_households (
    epoch           bigint not null references epochs,
    account         bytea not null check (octet_length(account) = 20),
    points          bigint not null,
    cumulative      numeric(39) not null,
    bootstrap_used  numeric(39) not null,
    margin_left     numeric(39) not null,
    held            numeric(39) not null,
    tier            smallint not null,
    primary key (epoch, account)
);
create index epoch_households_account on epoch_households (account, epoch desc);

-- What a household's shelf said it used, beside what the store delivered to it (mass balance).
create table mass_balance (
    epoch            bigint not null references epochs,
    account          bytea not null,
    blocks           bigint not null,
    uses             bigint not null,
    delivered_packs  bigint not null,
    delivered_mg     bigint not null,
    primary key (epoch, account)
);
create trigger append_only before update or delete on mass_balance for each row execute function refuse_change();
