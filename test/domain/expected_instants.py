"""Writes expected-instants.tsv, what the tests hold domain/go-live.ts against, with nothing of its code or data.

    pip install --target DIR --no-deps tzdata==2026.6
    python3 test/domain/expected_instants.py DIR > test/domain/expected-instants.tsv

The start of a day is searched: the first minute, counted in UTC, whose local date is that day.
"""

import sys
import zoneinfo
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

MARKETPLACES = {
    "US": "America/Los_Angeles",
    "CA": "America/Los_Angeles",
    "MX": "America/Los_Angeles",
    "BR": "America/Sao_Paulo",
    "UK": "Europe/London",
    "IE": "Europe/Dublin",
    "DE": "Europe/Berlin",
    "FR": "Europe/Paris",
    "IT": "Europe/Rome",
    "ES": "Europe/Madrid",
    "NL": "Europe/Amsterdam",
    "IN": "Asia/Kolkata",
    "SA": "Asia/Riyadh",
    "AE": "Asia/Dubai",
    "AU": "Australia/Sydney",
    "JP": "Asia/Tokyo",
}
# Whose clocks change at midnight, with the years to look at; some of them in the past only.
MIDNIGHT_ZONES = {
    "America/Sao_Paulo": (2016, 2019),
    "America/Havana": (2018, 2024),
    "America/Santiago": (2023, 2026),
    "America/Asuncion": (2019, 2024),
    "Africa/Cairo": (2023, 2026),
    "Asia/Beirut": (2022, 2026),
    "Asia/Amman": (2018, 2022),
    "Atlantic/Azores": (2023, 2026),
    "Pacific/Apia": (2011, 2011),
}
YEARS = (2025, 2031)


def offset(zone, moment):
    return moment.astimezone(zone).utcoffset()


def days(first_year, last_year):
    day = date(first_year, 1, 1)
    while day.year <= last_year:
        yield day
        day += timedelta(days=1)


def noon(day):
    return datetime(day.year, day.month, day.day, 12, tzinfo=timezone.utc)


def changes(zone, years):
    """The days around each change of clocks."""
    for day in days(*years):
        if offset(zone, noon(day)) != offset(zone, noon(day + timedelta(days=1))):
            yield from (day + timedelta(days=ahead) for ahead in range(-1, 4))


def usual(years):
    for year in range(years[0], years[1] + 1):
        yield date(year, 1, 1)
        yield date(year, 2, 28)
        yield date(year, 3, 1)
        yield date(year, 7, 1)
        yield date(year, 12, 31)
        if year % 4 == 0:
            yield date(year, 2, 29)


def start(day, zone):
    moment = noon(day) - timedelta(hours=40)
    while moment.astimezone(zone).date() < day:
        moment += timedelta(minutes=1)
    # A day that a zone left out has no start.
    return moment if moment.astimezone(zone).date() == day else None


def rows(name, zone_name, dates):
    zone = zoneinfo.ZoneInfo(zone_name)
    for day in sorted(set(dates(zone))):
        first = start(day, zone)
        if first is not None:
            yield f"{name}\t{zone_name}\t{day}\t{first:%Y-%m-%dT%H:%M:%S.000Z}"


def main(folder):
    zoneinfo.reset_tzpath([str(Path(folder, "tzdata", "zoneinfo").resolve())])
    sys.path.insert(0, folder)
    from tzdata import IANA_VERSION

    print(f"# Made by expected_instants.py with Python's zoneinfo and the IANA time zone database {IANA_VERSION}.")
    print("# marketplace (- is none), zone, day, first instant of the day")
    for code, zone_name in MARKETPLACES.items():
        print(*rows(code, zone_name, lambda zone: [*usual(YEARS), *changes(zone, YEARS)]), sep="\n")
    for zone_name, years in MIDNIGHT_ZONES.items():
        print(*rows("-", zone_name, lambda zone: changes(zone, years)), sep="\n")


main(sys.argv[1])
