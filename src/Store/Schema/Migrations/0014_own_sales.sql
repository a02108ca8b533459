-- Only what the cooperative sold itself, at a price that it asked, carries margin. Each settled order is looked at once; why it counts or does not is kept.
create table epoch_orders (
    epoch        bigint not null,
    order_id     bytea not null check (octet_length(order_id) = 32),
    account      bytea not null check (octet_length(account) = 20),
    why          text not null check (why in ('own_sale', 'foreign_seller', 'nothing_sold', 'not_offered', 'other_price', 'first_rules')),
    packs        bigint not null,
    milligrams   bigint not null,
    margin       numeric(39) not null, -- hundredths of a won
    share        numeric(39) not null, -- what the epoch counted of it, in 1e-18 Bamnamu
    whole        numeric(39) not null,
    taken_back   bigint, -- the epoch that gave it up, because the chain no longer knows the order as settled
    primary key (order_id, epoch)
);
create index epoch_orders_epoch on epoch_orders (epoch);
create unique index epoch_orders_once on epoch_orders (order_id) where taken_back is null;

-- Orders of epochs under the first rules were counted there, whoever sold: never again.
insert into epoch_orders select epoch, id, account, 'first_rules', quantity, 0, 0, 0, 0 from orders where epoch is not null;
alter table orders drop column epoch;

-- All wallets that ever sold for this cooperative.
create table own_sellers (
    seller  bytea primary key check (octet_length(seller) = 20),
    since   timestamptz not null
);

-- Under the first rules only what was left of the margin share was carried; what had been paid counts as covered.
alter table epoch_households add column waiting numeric(39) not null default 0;
alter table epoch_households add column share numeric(39) not null default 0;
alter table epoch_households add column whole numeric(39) not null default 0;
update epoch_households set share = cumulative - bootstrap_used + margin_left, whole = cumulative + margin_left;
alter table epoch_households drop column margin_left;
