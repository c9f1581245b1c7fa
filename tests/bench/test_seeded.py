"""The benchmark's offices are kept from run to run, for a day."""

from pathlib import Path

from tests.bench.seeded import remove_older


def test_an_older_office_goes_with_its_log_and_others_stay(tmp_path: Path) -> None:
    old, log, other = (tmp_path / name for name in ("seed-1000-aa", "seed-1000-aa.log", "seed-100000-bb"))
    for office in (old, other):
        office.mkdir()
        (office / "redress.lock").touch()
    log.touch()
    remove_older(tmp_path, 1000)
    assert list(tmp_path.iterdir()) == [other]
