// Days as the pages show them, in Japan time.

import type { Language } from '../browser/person.ts';

const DAY = 86_400_000;
const JAPAN_AHEAD = 9 * 3_600_000;

/** The last day of a permission given now: D+90 in Japan time (PRODUCT: 90 days, through the end of the 90th day). */
export function lastDayOfPermission(now = Date.now()): string {
  return new Date(now + JAPAN_AHEAD + 90 * DAY).toISOString().slice(0, 10);
}

/** `2027-02-20` as a person reads it. */
export function spoken(day: string, language: Language): string {
  const date = new Date(`${day}T00:00:00Z`);
  if (language === 'en') return new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' }).format(date);
  return `${date.getUTCFullYear()}年${date.getUTCMonth() + 1}月${date.getUTCDate()}日`;
}
