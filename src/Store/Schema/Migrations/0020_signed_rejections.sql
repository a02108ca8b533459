-- Earlier versions kept rejections of blocks that nobody had signed, which a gateway then believed. A true one comes again with the next block.
delete from rejections;
