import { formatMoney, isLess } from './money.js';
import { formatSpan } from './time.js';

/**
 * How a balance stands: a name for the looks, an icon, and words, because colour alone says nothing to many people.
 */
export function levelWhileLive(session, timeLeft) {
  if (session.finalUnit) {
    return { name: 'critical', icon: 'warning', words: `The last of your balance is in use. The stream ends in ${formatSpan(timeLeft)} unless you top up.` };
  }
  if (session.low) {
    return { name: 'low', icon: 'warning', words: `Your balance is low: enough for ${formatSpan(timeLeft)}.` };
  }
  return { name: 'good', icon: 'check', words: timeLeft === null ? 'Streaming is free for you.' : `Enough for ${formatSpan(timeLeft)}.` };
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
