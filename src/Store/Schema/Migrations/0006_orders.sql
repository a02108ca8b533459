create table orders (
    id               bytea primary key check (octet_length(id) = 32),
    account          bytea not null,
    device           bytea not null, -- whose signature opened it
    mandate          bytea not null,
    gtin             bigint not null,
    seller           bytea not null,
    quantity         bigint not null,
    bamtol           numeric(39) not null,
    bamnamu          numeric(39) not null,
    cycle            bigint not null,
    evidence         bytea not null,
    deadline         timestamptz not null,
    state            smallint not null,
    reason           text,
    placed_at        timestamptz not null,
    changed_at       timestamptz not null,
    recorded_at      timestamptz,
    epoch            bigint, -- the epoch that counted its margin, once settled
    published_state  smallint
);
create index orders_account on orders (account);
create index orders_live on orders (placed_at) where state in (1, 2, 3);

create table order_events (
    block_number    bigint not null,
    log_index       integer not null,
    order_id        bytea not null,
    state           smallint not null,
    at              timestamptz not null,
    transaction     bytea not null,
    primary key (block_number, log_index)
);
create index order_events_order on order_events (order_id, block_number, log_index);
create trigger append_only before update or delete on order_events for each row execute function refuse_change();

create table followers (
    name        text primary key,
    next_block  bigint not null
);

create table desk_actions (
    order_id        bytea not null references orders,
    action          text not null check (action in ('accept', 'ship', 'deliver', 'cancel', 'release', 'refund')),
    transaction_id  bytea not null unique references transactions (id),
    asked_at        timestamptz not null,
    primary key (order_id, action, transaction_id)
);
