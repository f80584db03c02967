"""What is left when the dust has settled: the books themselves, and every run ended once."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from datetime import timedelta

from local.exact_simulator.books.changes import CHANGES
from shared.errors import Cause
from shared.sync.keep_alive import keep_alive
from shared.sync.plan import plan_syncs
from tests.model.crew import HIDDEN
from tests.model.director import Director
from tests.model.rules import demand
from tests.model.scene import LEAVING, STAYING

#: after so long everything is due: a full compare, all lists and totals, rights, what was parked
MONTH, KEPT_ALIVE = 31, 7
#: one run reads in full, and again where rows were missing; a doubt is settled by the next, its totals by a day later
RUNS = (timedelta(), timedelta(hours=1), timedelta(days=1))
#: far more rounds of messages than a run can need
ROUNDS = 3000
#: how a grant may have ended after a pair was lost before it could be written down
LOST = {Cause.REPLY_LOST.code, Cause.CHAIN_BROKEN.code}
#: lists the small tenant's user may not read
DENIED = ("Budgets", "BudgetScenarios")


def settle(director: Director) -> None:
    """Let everything heal and end, then read in full once and once more."""
    _heal(director)
    drain(director)
    _consents(director)
    for _ in range(0, MONTH, KEPT_ALIVE):
        director.scene.clock.pass_time(days=KEPT_ALIVE)
        keep_alive(director.scene.context)
    for pause in RUNS:
        director.scene.clock.now += pause
        _run(director)


def _heal(director: Director) -> None:
    """The network, Exact's people and the deployment are as they should be."""
    scene = director.scene
    scene.weather.storm = 0.0
    scene.weather.armed.clear()
    for division in scene.pipeline.world.divisions.values():
        with scene.pipeline.exact.simulator.at_work():
            CHANGES["unblock"](division)
    scene.people["large"].person.rights.clear()
    director.around.deploy()


def drain(director: Director) -> None:
    """Work until no message is left; the net is looked at as time passes."""
    scene, crew = director.scene, director.crew
    for _ in range(ROUNDS):
        while crew.fibers:
            crew.resume(crew.fibers[0], 1000)
        waiting = scene.queues.waiting()
        if waiting:
            crew.start(scene.queues.take(*waiting[0], HIDDEN))
            continue
        visible = scene.queues.next_visible()
        if visible is None and not any(_open(director)):
            return
        scene.clock.pass_time(minutes=1)
        if visible is not None and visible > scene.clock() and not any(_open(director)):
            scene.clock.now = visible
        plan_syncs(scene.context)
    demand(False, f"stuck: {_open(director)}")


def _open(director: Director) -> list[str]:
    return [each.tenant for each in director.scene.context.register.tenants.list() if each.run_open]


def _run(director: Director) -> None:
    """One run of each tenant that stays."""
    for tenant in STAYING:
        director.scene.context.register.tenants.wake(tenant, director.scene.clock())
    plan_syncs(director.scene.context)
    drain(director)


def _consents(director: Director) -> None:
    """A grant that ended did so because a pair was lost; its customer consents again."""
    scene = director.scene
    for tenant in STAYING:
        grant = scene.context.register.grants.get(tenant)
        if grant is None or grant.state == "connected":
            continue
        lost = scene.user(tenant) in scene.weather.lost
        demand(lost and grant.cause in LOST, f"the grant of {tenant} ended without a loss: {grant.cause}")
        scene.consent(tenant)


def judge(director: Director) -> None:
    """The copy equals the books; every run ended once; calls stayed in bounds; who left is gone."""
    _equal(director)
    _runs(director)
    _calls(director)
    _gone(director)


def _equal(director: Director) -> None:
    scene = director.scene
    for tenant in STAYING:
        found = scene.pipeline.differences(tenant, but=DENIED if tenant == "small" else ())
        demand(not found, f"{tenant}: {len(found)} differences, such as {found[:3]}")
        with closing(scene.context.open_warehouse(scene.tenant(tenant))) as warehouse:
            for division in scene.context.register.divisions.chosen(tenant):
                demand(not warehouse.set_aside(division.division), f"{tenant}: records set aside")
            scene.rules.deletions(warehouse._connection)  # type: ignore[attr-defined]


def _runs(director: Director) -> None:
    register = director.scene.context.register
    for tenant in STAYING:
        last = register.tenants.get(tenant)
        runs = register.runs.last(tenant, 10_000)
        demand([run.run for run in runs] == list(range(last.run, 0, -1)), f"runs of {tenant} are not one after another")
        demand(all(run.ended_at and not run.open_divisions for run in runs), f"a run of {tenant} has not ended")
        rows = [row for run in runs for row in register.runs.rows(tenant, run.run)]
        demand(all(row.state != "open" for row in rows), f"a division of {tenant} is still open")
        ends = [run.ended_at for run in reversed(runs) if run.ended_at]
        begins = [run.started_at for run in reversed(runs)]
        pairs = zip(ends, begins[1:], strict=False)
        demand(all(end <= begin for end, begin in pairs), f"two runs of {tenant} at once")


def _calls(director: Director) -> None:
    """No limit was met but the ones we were told of: Exact itself never had to refuse."""
    refused = [seen for seen in director.scene.pipeline.exact.simulator.requests if seen.status == 429]
    demand(not refused, f"{len(refused)} calls beyond a limit, the first {refused[:1]}")
    _budget(director)


def _budget(director: Director) -> None:
    """Of a licence's pool no more was used in a day than our part."""
    used = Counter(seen.at.date() for seen in director.scene.pipeline.exact.simulator.requests if seen.division)
    most = max(used.values())
    demand(most <= director.scene.context.settings.licence_budget, f"{most} calls in one day")


def _gone(director: Director) -> None:
    scene = director.scene
    purged = [each for each in scene.context.register.tenants.list() if each.purged_on]
    demand([each.tenant for each in purged] in ([], [LEAVING]), "only the leaver may be purged")
    for tenant in purged:
        demand(not scene.provisioner.exists(tenant), f"the database of {tenant.tenant} is back")
