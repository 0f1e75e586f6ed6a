"""Puts parts in the place of the engine's functions, and ends the start where the engine is not the one that they were
written for: a part in the place of a function that has changed would go wrong without a word."""

import functools
import hashlib
import importlib.metadata
import inspect

VERSION = "1.5.33"


def check_version(installed=None):
    installed = installed or importlib.metadata.version("ministack")
    if installed != VERSION:
        raise SystemExit(f"local/engine was written for ministack {VERSION}, and this is {installed}")


def check(function, digest):
    """Ends the start unless the function's source has this digest, its first 16 digits."""
    found = hashlib.sha256(inspect.getsource(function).encode()).hexdigest()[:16]
    if found != digest:
        raise SystemExit(f"local/engine replaces {function.__qualname__}, which has changed: {found}, not {digest}")


def replaces(owner, name, digest):
    """Puts a part in the place of the owner's function of this name. It is given that function, then its arguments."""
    engine_function = getattr(owner, name)
    check(engine_function, digest)

    def put(part):
        @functools.wraps(engine_function)
        def replacement(*arguments, **options):
            return part(engine_function, *arguments, **options)

        setattr(owner, name, replacement)
        return part

    return put
