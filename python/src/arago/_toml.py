"""Writes TOML, as far as system files need it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from . import errors


def write(document: Mapping[str, Any]) -> str:
    """Returns a description of a system, given as mappings, sequences, numbers and texts, as TOML."""
    return "".join(f"{_text(key)} = {_value(value, key)}\n" for key, value in document.items())


def _text(value: Any) -> str:
    # TOML has no surrogate pairs, and DEL stands in no text of it.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(value: Any, where: str) -> str:
    if hasattr(value, "unit"):
        raise errors.ArgumentError(f"{where} is {value}, and units are those of system files: give the number, by to_value")
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value.item()
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_text(k)} = {_value(v, f'{where}.{k}')}" for k, v in value.items()) + "}"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    if isinstance(value, (float, np.floating)):
        return repr(float(value))
    if isinstance(value, (list, tuple, np.ndarray)):
        return "[" + ", ".join(_value(v, f"{where}[{i}]") for i, v in enumerate(value)) + "]"
    raise errors.ArgumentError(f"{where} is a {type(value).__name__}, which a system file cannot hold")
