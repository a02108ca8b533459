-- Which block a follower stood on, so that a reorganisation is noticed and followed back to the last block that both chains share.
create table follower_blocks (
    name    text not null,
    number  bigint not null,
    hash    bytea not null check (octet_length(hash) = 32),
    primary key (name, number)
);

-- Logs that could not be read or booked, with everything that the node said about them.
create table quarantined_logs (
    number           bigint generated always as identity primary key,
    follower         text not null,
    block_number     bigint not null,
    block_hash       bytea not null check (octet_length(block_hash) = 32),
    log_index        integer not null,
    transaction      bytea not null,
    address          bytea not null,
    topics           bytea not null, -- 32 bytes each, one behind the other
    data             bytea not null,
    reason           text not null,
    seen_at          timestamptz not null,
    orphaned_at      timestamptz, -- its block is gone
    acknowledged_at  timestamptz, -- a clerk has seen it
    unique (follower, block_hash, log_index)
);
create index quarantined_open on quarantined_logs (number) where acknowledged_at is null and orphaned_at is null;

-- Events are kept by the block that held them. One whose block is gone is marked, never deleted; 'order_events' shows what still counts.
alter table order_events rename to order_log;
alter table order_log drop constraint order_events_pkey;
alter table order_log add column number bigint generated always as identity primary key;
alter table order_log add column block_hash bytea check (octet_length(block_hash) = 32); -- null in rows older than this migration
alter table order_log add column event text not null default 'state' check (event in ('state', 'recorded'));
alter table order_log add column orphaned_at timestamptz;
create unique index order_log_place on order_log (block_hash, log_index);
create index order_log_block on order_log (block_number);
drop trigger append_only on order_log;
create function refuse_change_of_event() returns trigger language plpgsql as
$$ begin
    if tg_op = 'UPDATE' and to_jsonb(new) - 'orphaned_at' = to_jsonb(old) - 'orphaned_at' then return new; end if;
    raise exception '% is append-only', tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger append_only before update or delete on order_log for each row execute function refuse_change_of_event();
create view order_events as
    select block_number, log_index, order_id, state, at, transaction from order_log where event = 'state' and orphaned_at is null;

-- The block that holds a transaction, to be looked at again; what it costs; and whom it may hold up: only those in its own lane.
alter table transactions add column block_hash bytea check (octet_length(block_hash) = 32);
alter table transactions add column gas bigint;
alter table transactions add column lane text not null default '';
alter table transactions add column rank smallint not null default 2;
create index transactions_block on transactions (wallet, block_number) where block_hash is not null;
