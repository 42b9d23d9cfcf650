"""Runs a program of this folder with Django set up: `python -m tests.faults victim ...`."""

import importlib
import sys

import django

django.setup()
importlib.import_module(f"tests.faults.{sys.argv.pop(1)}").main()
