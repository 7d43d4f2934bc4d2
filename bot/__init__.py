"""The bot talks: Telegram, HTTP, the command line and the schedule, put together around moderation and db."""
