create table products (
    gtin      bigint primary key,
    name_ko   text not null,
    name_en   text not null,
    pack_mg   bigint not null check (pack_mg > 0),
    class_id  text not null
);

create table offers (
    gtin             bigint not null references products,
    seller           bytea not null check (octet_length(seller) = 20),
    seller_name      text not null,
    unit_price       numeric(39) not null check (unit_price > 0),
    max_bamnamu_bps  integer not null check (max_bamnamu_bps between 0 and 10000),
    lead_days        jsonb not null,
    primary key (gtin, seller)
);

create table price_changes (
    number      bigint generated always as identity primary key,
    gtin        bigint not null references products,
    seller      bytea not null,
    unit_price  numeric(39) not null,
    changed_at  timestamptz not null
);
create trigger append_only before update or delete on price_changes for each row execute function refuse_change();
