"""The allocation: which seller's offers give how many units for which wish."""

from . import models

__all__ = ["models"]
