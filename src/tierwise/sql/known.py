"""What was found out about queries before, by key: the tables that one reads, the text that one compiles to.

Parsing, resolving and writing the queries of a run takes longer than running them on the records of a small company. A key
holds all that an answer depends on, so that an answer never goes stale; it may be forgotten at any time.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any

from tierwise.core.ids import digest
from tierwise.sql import kept

# A run asks for some six hundred answers; their texts together take about three megabytes.
MOST = 5_000

_answers: OrderedDict[str, str] = OrderedDict()
_lock = Lock()


def known(question: Any, find: Callable[[], str]) -> str:
    """The answer to a question (a JSON-like value that says all it depends on), found out where it is not known."""
    key = digest(question)
    with _lock:
        if key in _answers:
            _answers.move_to_end(key)
            return _answers[key]
    answer = kept.read(key)
    if answer is None:
        answer = find()
        kept.write(key, answer)
    with _lock:
        _answers[key] = answer
        while len(_answers) > MOST:
            _answers.popitem(last=False)
    return answer
