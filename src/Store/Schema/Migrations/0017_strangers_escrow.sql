-- Which escrow a stranger's call was about: none but the store's own may use up the day's gas alone.
alter table stranger_calls add column escrow bytea check (octet_length(escrow) = 20);
