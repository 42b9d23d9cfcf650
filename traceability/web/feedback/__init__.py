"""Complaints and questions of consumers: written without a log-in, answered by who made the lot."""
