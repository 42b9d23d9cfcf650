"""The authorization server for banks' machines, by the FAPI 2.0 Security Profile (docs/guides/banks.md)."""
