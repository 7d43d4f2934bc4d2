"""The demonstration: the whole service against the sandbox, with readers who write and moderators who tap."""
