import { formatMoney, isLess } from './money.js';
import { formatSpan } from './time.js';

const LAST_MINUTE_S = 60;

/**
 * How a balance stands: a name for the looks, an icon, and words, because colour alone says nothing to many people.
 */
export function levelWhileLive(session, timeLeft) {
  if (session.finalUnit) {
    return { name: 'critical', icon: 'warning', words: `The last of your balance is in use. The stream ends in ${formatSpan(timeLeft)} unless you top up.` };
  }
  if (timeLeft !== null && timeLeft < LAST_MINUTE_S) {
    return { name: 'critical', icon: 'warning', words: `Only ${formatSpan(timeLeft)} left. Top up to go on.` };
  }
  if (session.low) {
    return { name: 'low', icon: 'warning', words: `Your balance is low: enough for ${formatSpan(timeLeft)}.` };
  }
  return { name: 'good', icon: 'check', words: timeLeft === null ? 'Streaming is free for you.' : 'Your balance is fine.' };
}

/** The same while nothing runs. */
export function levelOffAir(status) {
  const { wallet, minimumToStart, lowBalanceBelow } = status;
  if (wallet === null || isLess(wallet.available, minimumToStart)) {
    return { name: 'critical', icon: 'warning', words: `Too little to start: at least ${formatMoney(minimumToStart)} is needed.` };
  }
  const lasts = wallet.lasts === null ? 'as long as you like' : formatSpan(wallet.lasts);
  if (isLess(wallet.available, lowBalanceBelow)) {
    return { name: 'low', icon: 'warning', words: `Getting low: enough for ${lasts}.` };
  }
  return { name: 'good', icon: 'check', words: `Enough for ${lasts}.` };
}
