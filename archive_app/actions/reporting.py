"""What an import says of itself: one line a row, and the counts. Shapes as promised to the outside (`import --json`).

What may not live here: deciding what happened to a row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from archive_app.exchange.guarding import guard, table

NO_LONGER = "on record is no longer in the row"
"""Said of what a row does not name any more and is kept all the same."""
RESULTS = ("created", "updated", "narrowed", "unchanged", "refused", "missing", "ignored")


@dataclass(frozen=True)
class RowReport:
    """`row` counts from 1 without the header, 0 for a file as a whole; `result`: one of RESULTS, or `warning`."""

    file: str
    row: int
    identifier: str
    result: str
    column: str = ""
    message: str = ""


@dataclass
class Report:
    rows: list[RowReport] = field(default_factory=list)

    def add(self, file: str, row: int, identifier: str, result: str, column: str = "", message: str = "") -> None:
        self.rows.append(RowReport(file, row, identifier, result, column, message))

    def count(self, result: str) -> int:
        """Rows with this result; a row refused for several reasons counts once."""
        return len({(row.file, row.row, row.identifier) for row in self.rows if row.result == result})

    @property
    def refused(self) -> bool:
        return any(row.result == "refused" for row in self.rows)

    def as_json(self) -> dict[str, object]:
        counts: dict[str, object] = {result: self.count(result) for result in RESULTS}
        counts["warnings"] = sum(row.result == "warning" for row in self.rows)
        return {**counts, "rows": [asdict(row) for row in self.rows]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Report:
        """The report that `as_json` wrote."""
        return cls([RowReport(**row) for row in data.get("rows", ())])

    def as_table(self) -> bytes:
        """One line a row, as CSV that a spreadsheet may open: what came from a file is never a formula there."""
        columns = [each.name for each in fields(RowReport)]
        return table(columns, ({name: guard(str(value)) for name, value in asdict(row).items()} for row in self.rows))
