"""Which of many equal cases the fast suite runs: evenly spread ones; ./test --slow runs all.

What may not live here: any case.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


def spread(cases: Iterable[Any], fast: int) -> list[Any]:
    """The cases as parameters, all but `fast` of them marked as slow."""
    every = list(cases)
    kept = {number * len(every) // fast for number in range(fast)} if fast < len(every) else set(range(len(every)))
    return [_param(each, slow=number not in kept) for number, each in enumerate(every)]


def _param(case: Any, slow: bool) -> Any:
    marks = (pytest.mark.slow,) if slow else ()
    if hasattr(case, "marks"):
        return pytest.param(*case.values, marks=(*case.marks, *marks), id=case.id)
    return pytest.param(*case, marks=marks) if type(case) is tuple else pytest.param(case, marks=marks)
