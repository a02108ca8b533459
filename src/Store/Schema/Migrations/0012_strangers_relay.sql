alter table relay_calls drop constraint relay_calls_kind_check;
alter table relay_calls add constraint relay_calls_kind_check check (kind in ('execute', 'trigger', 'cancel', 'deliver', 'claim', 'refund'));

-- A member's no that anybody may bring here: a veto, a refund, a revocation of a gateway that may belong to another cooperative.
create table stranger_calls (
    id              bytea primary key check (octet_length(id) = 32),
    kind            text not null check (kind in ('execute', 'cancel', 'refund')),
    content         bytea not null check (octet_length(content) = 32), -- hash of kind, target and data
    gas             bigint not null,                                   -- as estimated; the day's budget is counted in it
    transaction_id  bytea not null references transactions (id),
    requested_at    timestamptz not null
);
create index stranger_calls_rate on stranger_calls (requested_at);
create index stranger_calls_content on stranger_calls (content);
