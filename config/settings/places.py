"""Where this installation lies, and where what it makes goes."""

from pathlib import Path

from config import env

ROOT = Path(__file__).resolve().parents[2]
VAR = env.folder("SUYUAN_VAR", ROOT / "var")
