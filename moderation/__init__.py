"""Moderation thinks: plain values in, plain values out. No Telegram, no SQL, no HTTP server."""
