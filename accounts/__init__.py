"""Users, organisations and memberships: who may say and see what."""
