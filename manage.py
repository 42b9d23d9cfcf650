#!/usr/bin/env python
"""Run Django's commands for Suyuan."""

import os
import sys


def main() -> None:
    """Run one command, with the development settings where none are named."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    from django.core.management import execute_from_command_line  # noqa: PLC0415 - after the settings are named

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
