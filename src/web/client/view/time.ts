/** Days and times in the words of the person's own language and place. */

const clock = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' });
const nearDay = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });
const farDay = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'long', year: 'numeric' });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'short' });
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });

/** The hour and minute. */
export const clockTime = (at: string): string => clock.format(new Date(at));

/** Day and time in full, for a tooltip. */
export const fullTime = (at: string): string => full.format(new Date(at));

/** The day as a number that is the same for all times of one day here. */
export function dayNumber(at: string | Date): number {
  const date = new Date(at);
  return Math.round(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 86_400_000);
}

/** The day in words, as seen from `now`. */
export function dayName(at: string, now: Date): string {
  const daysAgo = dayNumber(now) - dayNumber(at);
  if (daysAgo === 0 || daysAgo === 1) return relative.format(-daysAgo, 'day');
  return (daysAgo > 0 && daysAgo < 180 ? nearDay : farDay).format(new Date(at));
}
