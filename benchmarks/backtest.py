"""How many cases a minute a backtest replays, both policies, on one core, and in how much memory.

python -m benchmarks.backtest                 20,000 generated cases through the command
python -m benchmarks.backtest --patterns      `escbot patterns` on a million rows
"""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from escbot.services.policyfile import default_text

START = datetime(2026, 1, 5, 8, tzinfo=UTC)


def generate(path: Path, cases: int) -> int:
    """Write a log of some eight rows for each case, in the order of the cases; return its rows."""
    draw = random.Random(1)
    rows = 0
    with path.open("w", encoding="utf-8") as file:
        file.write("case_id,timestamp,support_line,team,status,severity,area\n")
        for number in range(cases):
            at = START + timedelta(minutes=draw.uniform(0, 365 * 24 * 60))
            severity = draw.choices(["Critical", "High", "Medium", "Low"], [1, 4, 9, 6])[0]
            area = draw.choice(["payments", "login", "data", "other"])
            steps = [(0.0, 1, "Queued"), (draw.expovariate(4), 1, "In Progress")]
            if draw.random() < 0.5:
                steps += [(draw.expovariate(0.8), 1, "Wait - User"),
                          (draw.expovariate(0.2), 1, "In Progress")]  # fmt: skip
            if draw.random() < 0.4:
                steps += [(draw.expovariate(0.5), 2, "Queued"),
                          (draw.expovariate(1), 2, "In Progress")]  # fmt: skip
            last = steps[-1][1]
            steps += [(draw.expovariate(0.4), last, "Resolved"), (20.0, last, "Closed")]
            for after, line, status in steps:
                at += timedelta(hours=after)
                file.write(
                    f"T{number},{at.isoformat()},{line},team{line},{status},{severity},{area}\n"
                )
                rows += 1
    return rows


def measured(arguments: list[str]) -> tuple[float, float, int]:
    """Run the command; return wall and processor seconds, and the most memory in MB."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", "from escbot.cli.main import run; run()", *arguments],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    passed = time.perf_counter() - started
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
    return passed, seconds, used.ru_maxrss // 1024


def main() -> None:
    patterns = "--patterns" in sys.argv
    with tempfile.TemporaryDirectory() as folder:
        log, policy = Path(folder) / "log.csv", Path(folder) / "new.yaml"
        given = [int(one) for one in sys.argv[1:] if one.isdigit()]
        cases = given[0] if given else 160_000 if patterns else 20_000
        rows = generate(log, cases)
        if patterns:
            arguments = ["patterns", str(log), "--json"]
        else:
            policy.write_text(default_text().replace('limit: "4h"', 'limit: "2h"'))
            arguments = ["policy", "backtest", "--policy", str(policy), "--log", str(log), "--json"]
        wall, seconds, memory = measured(arguments)
    print(f"{cases:,} cases, {rows:,} rows: {wall:.1f} s, {seconds:.1f} s of one core, {memory} MB")
    print(f"{cases / seconds * 60:,.0f} cases a minute of one core")


if __name__ == "__main__":
    main()
