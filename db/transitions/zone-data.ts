import type { GoLive } from '../../domain/go-live';

/**
 * Which time zone data the instants of a choice were computed with, for the history: rules change, and a
 * machine with older ones computes another midnight.
 * @returns the version of the IANA database, for example 2025c; nothing where no zone was asked
 */
export function zoneDataOf(goLive: GoLive | null): { tzdata?: string } {
  return goLive?.kind === 'ON_DATE' ? { tzdata: process.versions['tz'] ?? 'unknown' } : {};
}
