-- How a reference reads, whatever script or case it was typed in: one entry of the bank is booked once.
create table booking_references (
    kind       text not null,
    folded     text not null,
    reference  text not null,
    primary key (kind, folded)
);
insert into booking_references
select kind, upper(trim(regexp_replace(normalize(translate(reference, E'\u00AD\u200B\u200C\u200D\u200E\u200F\u2060\uFEFF', ''), NFKC), '\s+', ' ', 'g'))), reference
from bookings order by number
on conflict do nothing;
