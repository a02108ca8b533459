-- What tells a delivery from a household's own shopping: tags bound while packing, the code on the slip, the courier's word. No foreign keys: a reorganisation may take an order away and bring it back.
create table order_tags (
    order_id   bytea not null check (octet_length(order_id) = 32),
    tag        text not null,
    salt       bytea not null check (octet_length(salt) = 32),
    hash       bytea not null check (octet_length(hash) = 32),
    bound_at   timestamptz not null,
    undone_at  timestamptz -- a clerk's mistake, taken back before shipping
);
create unique index order_tags_once on order_tags (tag) where undone_at is null;
create index order_tags_order on order_tags (order_id);

create table order_codes (
    order_id   bytea primary key check (octet_length(order_id) = 32),
    code       text not null,
    salt       bytea not null check (octet_length(salt) = 32),
    hash       bytea not null check (octet_length(hash) = 32),
    made_at    timestamptz not null
);
create trigger append_only before update or delete on order_codes for each row execute function refuse_change();

create table hand_overs (
    order_id     bytea primary key check (octet_length(order_id) = 32),
    at           timestamptz not null, -- as the courier says
    recorded_at  timestamptz not null
);
create trigger append_only before update or delete on hand_overs for each row execute function refuse_change();
