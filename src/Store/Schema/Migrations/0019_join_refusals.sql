-- How often the chain refused a claim that came with an invitation: each may cost gas, so an invitation bears few.
alter table invitations add column refused integer not null default 0;
