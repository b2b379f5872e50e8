"""The only folder that imports Telethon: accounts in, incoming posts out."""
