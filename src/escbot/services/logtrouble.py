"""What was found wrong in a log: counted by kind, with the first lines, and said in sentences."""

from __future__ import annotations

from dataclasses import dataclass, field

from escbot.words.voice import counted

SHOWN_LINES = 5


@dataclass
class Trouble:
    """What was found wrong, by kind: how often, and in which lines first."""

    counts: dict[str, int] = field(default_factory=dict)
    lines: dict[str, list[int]] = field(default_factory=dict)

    def note(self, kind: str, line: int) -> None:
        """Count one fault."""
        self.counts[kind] = self.counts.get(kind, 0) + 1
        shown = self.lines.setdefault(kind, [])
        if len(shown) < SHOWN_LINES:
            shown.append(line)

    def plain(self) -> dict[str, dict[str, object]]:
        """Return it for JSON."""
        return {
            kind: {"rows": self.counts[kind], "lines": self.lines[kind]} for kind in self.counts
        }

    def say(self) -> list[str]:
        """Return one sentence for each kind, with the first lines."""
        return [
            f"{_counted(kind, self.counts[kind])} ({self._where(kind)})." for kind in self.counts
        ]

    def _where(self, kind: str) -> str:
        lines, more = self.lines[kind], self.counts[kind] > SHOWN_LINES
        word = "line" if len(lines) == 1 else "lines"
        return f"{word} {', '.join(map(str, lines))}{', …' if more else ''}"


def _counted(kind: str, count: int) -> str:
    one, many = _SAID[kind]
    return counted(count, one, many)


# kind -> what is said of one, and of several
_SAID = {
    "not_csv": ("row is not CSV", "rows are not CSV"),
    "cut_off": ("part of the file is missing: it breaks off after this row",) * 2,
    "columns": (
        "row has more or fewer columns than the first line",
        "rows have more or fewer columns than the first line",
    ),
    "encoding": (
        "row is not UTF-8 and was read as Windows-1252",
        "rows are not UTF-8 and were read as Windows-1252",
    ),
    "no_case": ("row has no case and was left out", "rows have no case and were left out"),
    "no_time": (
        "row has no time that can be read and was left out",
        "rows have no time that can be read and were left out",
    ),
    "far_time": (
        "row has a time outside the years 1971 to 2199 and was left out",
        "rows have a time outside the years 1971 to 2199 and were left out",
    ),
    "other_form": (
        "time is not ISO 8601 and was read as day, month, year",
        "times are not ISO 8601 and were read as day, month, year",
    ),
    "which_day": (
        "time could be day/month or month/day and was read as day/month",
        "times could be day/month or month/day and were read as day/month",
    ),
    "unordered": (
        "row is earlier than the row before it of the same case and was sorted",
        "rows are earlier than the row before them of the same case and were sorted",
    ),
    "duplicate": (
        "row is an exact duplicate of another; it is counted",
        "rows are exact duplicates of others; they are counted",
    ),
    "no_offset": (
        "time has no offset and was read as UTC",
        "times have no offset and were read as UTC",
    ),
    "no_line": (
        "row has no line and was left out where lines are compared",
        "rows have no line and were left out where lines are compared",
    ),
    "no_end": (
        "case has no end; it is followed to its last row",
        "cases have no end; they are followed to their last row",
    ),
}
