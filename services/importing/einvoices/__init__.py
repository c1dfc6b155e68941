"""e-Invoices by Decision 1450/QĐ-TCT (2021) and 1510/QĐ-TCT (2022), read as rows of bills."""
