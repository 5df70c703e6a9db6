import { h } from './dom.js';

/**
 * Money for people: as many decimals as the currency usually has, rounded down. A cost never looks higher than it is, a balance never
 * looks fuller.
 */
export function formatMoney({ amount, currency }) {
  const format = new Intl.NumberFormat(undefined, { style: 'currency', currency });
  const decimals = format.resolvedOptions().maximumFractionDigits;
  const shown = Number(cutDecimals(amount, decimals));
  if (shown === 0 && isPositive({ amount })) {
    return `under ${format.format(1 / 10 ** decimals)}`;
  }
  return format.format(shown);
}

/** The same as an element that tells the exact amount to whoever points at it. */
export function money(value) {
  return h('data', { value: value.amount, title: `${value.amount} ${value.currency}` }, formatMoney(value));
}

export function isPositive({ amount }) {
  return Number(amount) > 0;
}

/** Compares two amounts of one currency, exactly: six decimals of a sum that a person has fit a double's 53 bits. */
export function isLess(one, other) {
  return Number(one.amount) < Number(other.amount);
}

function cutDecimals(amount, decimals) {
  const point = amount.indexOf('.');
  return point < 0 ? amount : amount.slice(0, decimals === 0 ? point : point + 1 + decimals);
}

const DECIMALS = 6;

/** Money to the last unit that is counted: for statements, where every line has to add up. */
export function exactMoney({ amount, currency }) {
  return new Intl.NumberFormat(undefined, { style: 'currency', currency, maximumFractionDigits: DECIMALS }).format(amount);
}

/** What came in with a plus, what went out with a minus. */
export function signedMoney(value) {
  const sign = micros(value) > 0n ? '+' : '';
  return h('data', { value: value.amount, class: 'amount' }, sign + exactMoney(value));
}

/** The sum of two amounts of one currency, exact. */
export function plus(one, other) {
  const sum = micros(one) + micros(other);
  const digits = String(sum < 0n ? -sum : sum).padStart(DECIMALS + 1, '0');
  return { amount: `${sum < 0n ? '-' : ''}${digits.slice(0, -DECIMALS)}.${digits.slice(-DECIMALS)}`, currency: one.currency };
}

function micros({ amount }) {
  const [whole, fraction = ''] = amount.split('.');
  return BigInt(whole + fraction.padEnd(DECIMALS, '0'));
}
