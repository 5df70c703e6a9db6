const two = number => String(number).padStart(2, '0');

/** The elapsed time of a clock: 0:07, 12:34, 1:02:03. */
export function formatClock(seconds) {
  const whole = Math.floor(seconds);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** How long something is, in words; the coarser the longer it is. Null stands for no limit. */
export function formatSpan(seconds) {
  if (seconds === null) {
    return 'no limit';
  }
  const whole = Math.floor(seconds);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  if (hours >= 1) {
    return minutes > 0 ? `${hours} h ${minutes} min` : `${hours} h`;
  }
  if (minutes >= 10) {
    return `${minutes} min`;
  }
  return minutes > 0 ? `${minutes} min ${two(whole % 60)} s` : `${whole} s`;
}

/** A day and a time of day, the year only where it is another one. */
export function formatMoment(iso) {
  const moment = new Date(iso);
  const thisYear = moment.getFullYear() === new Date().getFullYear();
  return new Intl.DateTimeFormat(undefined, {
    day: 'numeric',
    month: 'short',
    year: thisYear ? undefined : 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  }).format(moment);
}

/** A time of day to the second; of another day, the day and the minute. */
export function formatWhen(iso) {
  const moment = new Date(iso);
  if (moment.toDateString() !== new Date().toDateString()) {
    return formatMoment(iso);
  }
  return new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' }).format(moment);
}
