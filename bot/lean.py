"""Makes aiogram build its pydantic models when they are first used.

Importing aiogram builds every one of its types at once, which costs more than half of the memory that this program may
take; it uses a tenth of them. `import_aiogram` leaves that step out: the names that annotations refer to are kept, and
given to pydantic when it completes a class on its first use
(docs.pydantic.dev/latest/concepts/models/#rebuilding-model-schema).
"""

import sys
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel

_names: dict[str, Any] = {}


def _complete(
    cls: type[BaseModel],
    /,
    *,
    force: bool = False,
    raise_errors: bool = True,
    _parent_namespace_depth: int = 2,
    _types_namespace: Mapping[str, Any] | None = None,
) -> bool | None:
    names = {**_names, **(_types_namespace or {})}
    done: bool | None = _rebuild(cls, force=force, raise_errors=raise_errors, _types_namespace=names)
    return done


def _postpone(cls: type[BaseModel], /, *, _types_namespace: Mapping[str, Any] | None = None, **_: Any) -> None:
    _names.update(_types_namespace or {})


_rebuild: Any = BaseModel.model_rebuild.__func__  # type: ignore[attr-defined]  # a class method's own function


def import_aiogram() -> None:
    """Import aiogram without building its models; does nothing if it is imported already."""
    if "aiogram" in sys.modules:
        return
    eager = BaseModel.__dict__["model_rebuild"]
    BaseModel.model_rebuild = classmethod(_postpone)  # type: ignore[method-assign, assignment]
    try:
        from aiogram.methods import Response, TelegramMethod
        from aiogram.types import TelegramObject
    finally:
        BaseModel.model_rebuild = eager  # type: ignore[method-assign]
    for root in (TelegramObject, TelegramMethod, Response):
        root.model_rebuild = classmethod(_complete)  # type: ignore[method-assign, assignment]
    _remember_answers(Response)


def _remember_answers(response: Any) -> None:
    """Make the class of each kind of answer once, not for each answer.

    pydantic's own memory of them belongs to a context and so to a task, and holds them weakly: 5 ms of every call to the Bot API.
    """
    make: Callable[..., Any] = response.__class_getitem__.__func__
    response.__class_getitem__ = classmethod(cache(make))  # type: ignore[arg-type]  # types are hashable
