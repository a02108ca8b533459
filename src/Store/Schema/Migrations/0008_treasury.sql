create table bookings (
    number          bigint generated always as identity primary key,
    kind            text not null check (kind in ('deposit', 'redemption', 'payout')),
    reference       text not null,
    account         bytea not null check (octet_length(account) = 20),
    amount          numeric(39) not null check (amount > 0),
    transaction_id  bytea not null unique references transactions (id),
    booked_at       timestamptz not null,
    unique (kind, reference)
);
create trigger append_only before update or delete on bookings for each row execute function refuse_change();
