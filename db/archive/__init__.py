"""Old paper contracts: their entries, the files handed in, the pages in them."""
