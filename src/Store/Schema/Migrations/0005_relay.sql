create table relay_calls (
    gateway         text not null references households,
    id              bytea not null check (octet_length(id) = 32),
    kind            text not null check (kind in ('execute', 'trigger', 'cancel', 'deliver', 'claim')),
    content         bytea not null check (octet_length(content) = 32), -- hash of kind, target and data
    transaction_id  bytea not null unique references transactions (id),
    requested_at    timestamptz not null,
    primary key (gateway, id)
);
create index relay_calls_rate on relay_calls (gateway, requested_at);
