import { formatMoney, isLess, isPositive } from './money.js';
import { formatSpan } from './time.js';
import { inMinutes, formatLasting } from './words.js';

const LAST_MINUTE_S = 60;

/**
 * How a balance stands: a name for the looks, an icon, and words, because colour alone says nothing to many people.
 *
 * @param covered seconds of minutes that the stream has still to use; they go before money
 */
export function levelWhileLive(session, timeLeft, covered) {
  if (session.finalUnit) {
    return { name: 'critical', icon: 'warning', words: `The last of your balance is in use. The stream ends in ${formatSpan(timeLeft)} unless you top up.` };
  }
  if (timeLeft !== null && timeLeft < LAST_MINUTE_S) {
    return { name: 'critical', icon: 'warning', words: `Only ${formatSpan(timeLeft)} left. Top up to go on.` };
  }
  if (covered > 0) {
    return { name: 'good', icon: 'check', words: `Your minutes go before your money; ${formatSpan(covered)} of them are left.` };
  }
  if (session.low) {
    return { name: 'low', icon: 'warning', words: `Your balance is low: enough for ${formatSpan(timeLeft)}.` };
  }
  return { name: 'good', icon: 'check', words: timeLeft === null ? 'Streaming is free for you.' : 'Your balance is fine.' };
}

/** The same while nothing runs. */
export function levelOffAir(status) {
  const { wallet, lasts, minimumToStart, lowBalanceBelow } = status;
  if (!canBegin(status)) {
    return { name: 'critical', icon: 'warning', words: `Too little to start: at least ${formatMoney(minimumToStart)} is needed.` };
  }
  const enough = `Enough for ${formatLasting(lasts.seconds)}.`;
  if (lasts.covered > 0) {
    return { name: 'good', icon: 'check', words: `${enough} ${inMinutes(lasts, status.tariff)}` };
  }
  if (wallet !== null && isLess(wallet.available, lowBalanceBelow)) {
    return { name: 'low', icon: 'warning', words: `Getting low. ${enough}` };
  }
  return { name: 'good', icon: 'check', words: enough };
}

/** Whether a stream may begin: on money, or on minutes. */
export function canBegin({ missing }) {
  return missing !== null && !isPositive(missing);
}
