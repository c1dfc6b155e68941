"""A whole production environment, as a careful operator sets it."""

from __future__ import annotations

PRODUCTION = {
    "SECRET_KEY": "vK2p-8dQwZt_3LrXyA9mHs5NfUe7BcJg",
    "DATA_KEY": "T4xq_Wm7Rz-Yb1nKc8VhD5sLpGj3uFeA",
    "PUBLIC_URL": "https://quaydien.example", "PAY_BANK_BIN": "970415",
    "PAY_ACCOUNT": "113366668888", "PAY_ACCOUNT_NAME": "CONG TY DIEN LUC",
    "SMS_GATEWAY": "kannel", "KANNEL_TOKEN": "kG8w-Rz2mXq7_TfLs",
    "KANNEL_SEND_URL": "http://127.0.0.1:13013/cgi-bin/sendsms?username=a&password=b"}
