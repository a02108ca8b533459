create table batches (
    number          bigint generated always as identity primary key,
    root            bytea not null unique check (octet_length(root) = 32),
    blocks          integer not null check (blocks > 0),
    transaction_id  bytea not null unique references transactions (id),
    sealed_at       timestamptz not null,
    anchored_at     timestamptz
);

create table blocks (
    device         bytea not null check (octet_length(device) = 32),
    height         bigint not null check (height > 0),
    hash           bytea not null unique check (octet_length(hash) = 32),
    parent         bytea not null,
    from_seq       bigint not null,
    to_seq         bigint not null,
    day            integer not null,
    events_root    bytea not null,
    uses           integer not null,
    confirmations  integer not null,
    deviations     integer not null,
    signature      bytea not null check (octet_length(signature) = 64),
    leaves         bytea not null,
    urgent         boolean not null,
    accepted_at    timestamptz not null,
    batch          bigint references batches,
    position       integer,
    epoch          bigint, -- the epoch that counted it
    primary key (device, height)
);
create index blocks_waiting on blocks (device, height) where batch is null;
create index blocks_batch on blocks (batch, position);
create index blocks_uncounted on blocks (device) where epoch is null;

-- The last rejection per device, told until the height is accepted.
create table rejections (
    device       bytea primary key,
    height       bigint not null,
    reason       text not null,
    rejected_at  timestamptz not null
);

-- Two signed blocks of one device at one height: kept for ever, anyone may submit both.
create table equivocations (
    device      bytea not null,
    height      bigint not null,
    hash        bytea not null,
    accepted    bytea not null,
    payload     jsonb not null,
    seen_at     timestamptz not null,
    primary key (device, height, hash)
);
create trigger append_only before update or delete on equivocations for each row execute function refuse_change();
