"""The acts of the demo, in the order they are played."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass

from local.demo import balances, calls, changes, progress
from local.demo.balances import Balanced
from local.demo.browser import Browser, consent
from local.demo.comparison import Compared, Earlier, compare, totals_now
from local.demo.copy import TENANT
from local.demo.environment import BASE_URL
from local.demo.exact import MINUTE_LIMIT
from local.demo.stage import Stage
from shared.connect import CALLBACK_PATH

#: a run of the demo that takes longer has somebody missing
PATIENCE_MINUTES = 10


@dataclass(frozen=True, slots=True)
class Found:
    """What the last act found."""

    compared: Compared
    balanced: list[Balanced]

    @property
    def unbalanced(self) -> int:
        """Years, periods and accounts whose two sides differ."""
        return sum(len(each.differing) for each in self.balanced)

    @property
    def differences(self) -> int:
        """Everything in which the copy is not what Exact has."""
        return len(self.compared.differences) + self.unbalanced


def connect(stage: Stage) -> None:
    """A customer is invited and consents; the operator chooses what is read."""
    stage.screen.act("A customer connects")
    stage.qics("setup", "--stdin", stdin="\n".join(stage.exact.credentials))
    stage.qics("tenant", "add", TENANT, "--host", "nl")
    invitation = stage.qics("tenant", "invite", TENANT).strip()
    stage.screen.say("The customer opens the link:")
    with closing(Browser()) as browser:
        person = stage.exact.person
        consent(browser, invitation, person.name, person.password, BASE_URL + CALLBACK_PATH)
        for page in browser.visited:
            stage.screen.say(f"  {page.url.partition('?')[0]}  →  {page.heading}")
    progress.wait_until(lambda: stage.copy.has_ended(1), "the list of divisions", stage.servers.check)
    choices = [word for division in stage.divisions for word in ("--choose", str(division))]
    stage.qics("tenant", "divisions", TENANT, *choices)


def first_copy(stage: Stage) -> None:
    """Everything is read, stream by stream."""
    stage.screen.act("The first copy: timer → queue → function → page by page")
    stage.screen.say(f"Exact's own limit is 60 calls a minute; raised here to {MINUTE_LIMIT:,} to keep the demo short.")
    progress.watch(stage.screen.console, stage.copy, 2, stage.servers.check)


def change(stage: Stage) -> Earlier:
    """The books change; the totals of the quiet division as they stood when they were read."""
    stage.screen.act("The books change at the source")
    then = totals_now(stage.exact, stage.quiet)
    planted = (changes.CENT,) if stage.options.plant_cent else ()
    for division, rows in ((stage.quiet, (*changes.QUIET, *planted)), (stage.moved, changes.MOVED)):
        stage.screen.say(f"Division {division}:", "bold")
        changes.make(stage.exact, division, rows, lambda words: stage.screen.say(f"  · {words}"))
    return then


def second_run(stage: Stage) -> bool:
    """The next run brings just that; whether it took no call too many."""
    stage.screen.act("The second run")
    made = _run(stage)
    fewest = [calls.of_quiet(stage.quiet), calls.of_moved(stage.moved, stage.copy)]
    stage.screen.say(f"Division {stage.quiet}: one call for each stream of changes. {stage.moved} moved: read in full.")
    return _weigh(stage, made, fewest)


def idle_run(stage: Stage) -> bool:
    """A run with nothing new; whether it took no call too many."""
    stage.screen.act("A third run, with nothing new")
    made = _run(stage)
    stage.screen.say("One call for each stream of changes, and one for the list of divisions:")
    return _weigh(stage, made, [calls.of_quiet(division) for division in stage.divisions])


def compare_all(stage: Stage, earlier: Earlier) -> Found:
    """Every row with the books, every balance with Exact's own."""
    stage.screen.act("Every row and every balance compared")
    with stage.screen.console.status("Comparing …") as status:
        compared = compare(stage.copy, stage.exact, earlier, lambda what: status.update(f"Comparing {what} …"))
        status.update("Reading Exact's balances through the API …")
        token = stage.copy.access_token()
        balanced = [balances.balance(stage.copy.file, token, division) for division in stage.divisions]
    return Found(compared, balanced)


def _run(stage: Stage) -> calls.Calls:
    """Have a run done by the operator's command; the calls Exact saw meanwhile."""
    before = len(stage.exact.requests())
    stage.qics("sync", "now", TENANT, "--wait", "--minutes", str(PATIENCE_MINUTES))
    return calls.counted(stage.exact.requests()[before:])


def _weigh(stage: Stage, made: calls.Calls, fewest: list[calls.Fewest]) -> bool:
    least = calls.with_list(fewest, len(stage.divisions), min(stage.divisions))
    stage.screen.show(calls.table(made, least, stage.divisions))
    return made == least
