"""The consumer's page: what stands behind a code on a bag, for anybody who scans it."""
