-- Whose no a stranger's call is, and from which network it came: no account, and no caller, uses up a day's gas for all.
alter table stranger_calls add column account bytea check (octet_length(account) = 20);
alter table stranger_calls add column caller text;
