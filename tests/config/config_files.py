"""Beginnings of files that tests write."""

from __future__ import annotations

HEADING = """\
# @package _global_
scenario:
  label: {en: Mine, nl: Van mij}
  question: {en: "What if?", nl: "Wat als?"}
"""
