"""Two workers at one database, and one that dies, on every engine."""

import multiprocessing
import os
import threading
from collections.abc import Callable
from dataclasses import replace

from shared.errors import ClaimLost
from shared.warehouse.protocol import Claim, Warehouse
from tests.support.warehouse import LINES, TenantDatabase, checkpoint, key, line

PROCESSES = multiprocessing.get_context("spawn")
PATIENCE = 60


def write(warehouse: Warehouse, fence: int, number: int) -> None:
    with warehouse.transaction(Claim(division=7, run=fence, fence=fence)) as transaction:
        transaction.upsert(LINES, [line(number, fence)], checkpoint(LINES, rows=number))
        transaction.save(checkpoint(LINES, rows=number))


def write_until_stopped(reopen: Callable[[], Warehouse], fence: int, first_written: threading.Event) -> None:
    """A worker that goes on and on; the right end is that its claim is lost."""
    warehouse = reopen()
    try:
        for number in range(1_000_000):
            write(warehouse, fence, number)
            first_written.set()
    except ClaimLost:
        os._exit(3)
    finally:
        warehouse.close()


def die_while_writing(reopen: Callable[[], Warehouse]) -> None:
    with reopen().transaction(Claim(division=7, run=1, fence=8)) as transaction:
        transaction.upsert(LINES, [line(number) for number in range(500)], checkpoint(LINES))
        os._exit(4)


def test_a_worker_overtaken_in_another_process_stops_and_writes_nothing_more(database: TenantDatabase) -> None:
    first_written = PROCESSES.Event()
    slow = PROCESSES.Process(target=write_until_stopped, args=(database.reopen, 1, first_written))
    slow.start()
    assert first_written.wait(PATIENCE)
    write(database.warehouse, 2, 2_000_000)
    seen = database.warehouse.count(LINES, 7)
    slow.join(PATIENCE)
    assert (slow.exitcode, database.warehouse.count(LINES, 7)) == (3, seen)
    assert database.warehouse.checkpoint(7, LINES).rows == 2_000_000


def test_a_process_that_dies_in_the_middle_of_a_page_leaves_nothing(database: TenantDatabase) -> None:
    dying = PROCESSES.Process(target=die_while_writing, args=(database.reopen,))
    dying.start()
    dying.join(PATIENCE)
    assert dying.exitcode == 4
    assert database.rows(LINES) == []
    write(database.warehouse, 1, 1)


def test_two_threads_with_one_fence_take_turns(database: TenantDatabase) -> None:
    def work(numbers: range) -> None:
        warehouse = database.reopen()
        for number in numbers:
            write(warehouse, 1, number)
        warehouse.close()

    threads = [threading.Thread(target=work, args=(numbers,)) for numbers in (range(50), range(50, 100))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert database.keys(LINES) == sorted(key(number) for number in range(100))


def test_two_workers_that_migrate_at_once_both_find_the_schema(database: TenantDatabase) -> None:
    newer = (replace(LINES, name="NewLines"),)
    threads = [threading.Thread(target=migrate, args=(database, newer)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert database.open(streams=newer).count(newer[0], 7) == 0


def migrate(database: TenantDatabase, streams: tuple[object, ...]) -> None:
    warehouse = database.reopen(streams=streams)
    warehouse.migrate()
    warehouse.close()


def test_a_transaction_sees_its_own_rows_and_others_do_not_yet(database: TenantDatabase) -> None:
    other = database.open()
    with database.warehouse.transaction(database.claim) as transaction:
        transaction.upsert(LINES, [line(1)], checkpoint(LINES))
        assert transaction.unseen(LINES, checkpoint(LINES)) == (1, 0)
        assert other.count(LINES, 7) == 0
    assert other.count(LINES, 7) == 1
