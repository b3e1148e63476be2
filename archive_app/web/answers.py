"""How an answer is spelled: JSON in one form, text files with a name made from ids.

What may not live here: what is in an answer.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Response


def json_response(value: Mapping[str, Any], status: int = 200) -> Response:
    """JSON in UTF-8 (RFC 8259), keys in the order given."""
    return Response(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n", status, content_type="application/json")


def file_response(content: str | bytes, media_type: str, name: str) -> Response:
    """Something to be kept as a file; `name` is made from ids and is ASCII (RFC 6266)."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, content_type=media_type, headers=headers)
