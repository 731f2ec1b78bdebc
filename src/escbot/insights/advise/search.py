"""Try each threshold a few steps up and down, first on a part of the cases, and judge the best.

What is kept is better beyond doubt on all cases (`judging`). The work is bounded: `FIRST_ON` cases
for each value, and all of them once for a threshold where that promises enough.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from escbot.core.policy import Policy
from escbot.core.roster import Roster
from escbot.insights.advise.bench import Bench, Try
from escbot.insights.advise.judging import ENOUGH, WORTH, Judge
from escbot.insights.advise.looked import Advice, Advised, Looked, Verdict
from escbot.insights.advise.thresholds import Level, Threshold, thresholds
from escbot.insights.backtest.trace import Trace, habits

MOST_CASES = 4000  # the newest; more would take long and say the same
MOST_WITH_ROSTER = 800  # where each try replays every case
FIRST_ON = 250  # cases that each value is tried on first, spread over all
FIRST_WITH_ROSTER = 200  # the newest: who is free depends on the cases around
FEWEST_CASES = 30  # under which nothing is proposed
FIRST_STEPS = 2  # in each direction; where one helps, up to MOST_STEPS
MOST_STEPS = 6
MOST_IDLE = 4  # values that were replayed and changed nothing; with a roster half of it
BETTER = 1.05  # a further step must save so many times what the last one saved
PROMISES = 1 / 3  # of what is enough, on a part of the cases: then all of them are asked


def advise(
    policy: Policy,
    traces: Sequence[Trace],
    roster: Roster | None = None,
    *,
    seed: int = 1,
    most: int = 3,
) -> Advised:
    """Return the few changes with the best predicted effect, each measured alone.

    The same input and seed give the same answer. With few cases there is no proposal.
    """
    most_cases = MOST_CASES if roster is None else MOST_WITH_ROSTER
    newest = sorted(traces, key=lambda trace: (trace.opened_at, trace.id))[-most_cases:]
    older = len(traces) - len(newest)
    if len(newest) < FEWEST_CASES:
        return Advised((), len(newest), older)
    search = _Search(policy, newest, roster, seed)
    found = [search.looked(threshold) for threshold in search.thresholds]
    proposals, verdicts = _chosen([advice for _, advice in found if advice is not None], most)
    looked = [
        seen if advice is None else replace(seen, verdict=verdicts[id(advice)])
        for seen, advice in found
    ]
    return Advised(
        proposals=tuple(proposals),
        cases=len(newest),
        older=older,
        changes=search.changes,
        first_on=search.first_on,
        looked=tuple(looked),
        hours=search.whole.spent(),
    )


def _chosen(found: Sequence[Advice], most: int) -> tuple[list[Advice], dict[int, Verdict]]:
    """Return the best, and what came of each; of two that do the same one is proposed."""
    proposals: list[Advice] = []
    verdicts: dict[int, Verdict] = {}
    for advice in sorted(found, key=lambda one: (-one.saves, one.kind, str(one.severity))):
        if any(one.saves == advice.saves and one.effects == advice.effects for one in proposals):
            verdicts[id(advice)] = "twin"
        elif len(proposals) == most:
            verdicts[id(advice)] = "further"
        else:
            verdicts[id(advice)] = "proposed"
            proposals.append(advice)
    return proposals, verdicts


class _Search:
    def __init__(
        self, policy: Policy, traces: Sequence[Trace], roster: Roster | None, seed: int
    ) -> None:
        known = habits(traces)
        self.whole = Bench(policy, traces, roster, known)
        self.part = self.whole
        self.first_on = FIRST_ON if roster is None else FIRST_WITH_ROSTER
        if roster is not None and len(traces) > self.first_on:
            self.part = Bench(policy, traces[-self.first_on :], roster, known)
        self.thresholds = list(thresholds(policy, roster))
        self.judge = Judge(self.whole, len(self.thresholds), seed)

    @property
    def changes(self) -> int:
        both = {id(bench): bench.changes for bench in (self.whole, self.part)}
        return sum(both.values())

    def looked(self, threshold: Threshold) -> tuple[Looked, Advice | None]:
        under = self.whole.under(threshold)
        plain = Looked(
            threshold.kind, threshold.now, threshold.severity, threshold.tier, threshold.place,
            cases=len(under),
        )  # fmt: skip
        tries = [made for ladder in threshold.ladder() for made in self.along(threshold, ladder)]
        if not any(gain for made in tries for gain in made.gains):
            return plain, None
        made = _best(tries)
        if made.total <= 0:
            return replace(plain, verdict="same"), None
        if made.scale != 1.0:
            share = self.judge.share(threshold, made, under)
            if share < ENOUGH[threshold.measure][0] * PROMISES:
                return self._said(plain, threshold, made, under, "little"), None
            made = self.whole.attempt(threshold, made.to) or made
        verdict = self.judge.verdict(threshold, made, under)
        said = self._said(plain, threshold, made, under, verdict)
        if verdict != "proposed":
            return said, None
        return said, self.judge.advice(threshold, made, under)

    def _said(
        self, plain: Looked, threshold: Threshold, made: Try, under: Sequence[int], verdict: Verdict
    ) -> Looked:
        return replace(
            plain,
            verdict=verdict,
            new=made.to,
            saves=made.total,
            share=self.judge.share(threshold, made, under),
            better=made.better,
            worse=made.worse,
            about=made.scale != 1.0,
        )

    def along(self, threshold: Threshold, ladder: Sequence[Level]) -> Iterator[Try]:
        """Go in one direction while it helps; values that change nothing are passed over."""
        best, steps, idle = 0.0, 0, 0
        for to in ladder:
            made = self.first(threshold, to)
            if made is None:
                return
            yield made
            if not any(made.gains):
                idle += (made.replayed > 0) * (1 if self.whole.roster is None else 2)
                if idle < MOST_IDLE:
                    continue
                return
            steps += 1
            if made.total > best * BETTER:
                best = made.total
            elif steps >= FIRST_STEPS:
                return
            if steps >= MOST_STEPS:
                return

    def first(self, threshold: Threshold, to: Level) -> Try | None:
        """Try a value on a part of the cases."""
        made = self.part.attempt(threshold, to, self.first_on)
        if made is None or self.part is self.whole:
            return made
        return replace(made, scale=len(self.whole.base) / len(self.part.base))


def _best(tries: Sequence[Try]) -> Try:
    """Return what saves most, first of those that help many more cases than they harm."""
    good = [made for made in tries if made.total > 0 and made.better >= WORTH * made.worse]
    return max(good or tries, key=lambda made: made.total)
