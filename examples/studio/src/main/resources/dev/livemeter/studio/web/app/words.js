import { formatMoney, isPositive } from './money.js';
import { formatSpan } from './time.js';

/** A price for people: "$0.10 per minute, counted in whole minutes". */
export function priceSentence(tariff) {
  const per = tariff.per === 60 ? 'minute' : `${tariff.per} seconds`;
  const more = tariff.tiers.length > 0 || tariff.factors.length > 0 || isPositive(tariff.minimum) || tariff.free > 0;
  return `${formatMoney(tariff.price)} per ${per}, ${steps(tariff)}${more ? '; more under Account' : ''}`;
}

function steps({ initial, subsequent }) {
  if (initial === subsequent) {
    return initial === 1 ? 'counted by the second' : initial === 60 ? 'counted in whole minutes' : `counted in steps of ${initial} s`;
  }
  return `at least ${initial} s, then in steps of ${subsequent} s`;
}

/** How long something lasts. */
export function formatLasting(seconds) {
  return seconds === null ? 'as long as you like' : formatSpan(seconds);
}

/** How much of what minutes and money last for is in minutes; empty where none is. */
export function inMinutes({ seconds, covered }, tariff) {
  if (covered === 0 || seconds === null) {
    return '';
  }
  const rest = tariff.free > 0 ? 'the rest free or in money' : 'the rest in money';
  return covered >= seconds ? 'All of it in minutes.' : `${formatSpan(covered)} of it in minutes, ${rest}.`;
}

/** "alice" as people write it. Longer names of a host stay as they are. */
export function displayName(user) {
  return /^[a-z]+$/.test(user) ? user[0].toUpperCase() + user.slice(1) : user;
}

/** What a person may do, in a word. */
export function roleName(roles) {
  return roles.includes('administrator') ? 'administrator' : roles.includes('broadcaster') ? 'artist' : roles.includes('viewer') ? 'viewer' : 'guest';
}

/** "1 charge", "7 charges". */
export function counted(number, word) {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}

/** "You", "You and Bob", "You, Bob and Vera". */
export function listed(names) {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** "12,345 watching". */
export function watching(number) {
  return `${new Intl.NumberFormat().format(number)} watching`;
}
