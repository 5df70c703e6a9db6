/**
 * Makes an element. Children that are strings become text, never markup, so that nothing a person entered can become part of the page.
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) {
      element.addEventListener(name.slice(2), value);
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, value === true ? '' : value);
    }
  }
  element.append(...children.flat().filter(child => child !== null && child !== undefined && child !== false));
  return element;
}

/** Sets a text only where it differs: what a screen reader watches is touched only when it says something new. */
export function setText(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

/** A link to a page of somebody else's. An address that is none of the web's becomes text: nobody is sent to a script. */
export function outside(address, ...words) {
  return /^https?:\/\//i.test(address)
    ? h('a', { href: address, target: '_blank', rel: 'noopener noreferrer' }, ...words)
    : h('span', {}, ...words);
}

const numbers = new Map();

/** A name for an element that no other on the page has. */
export function uniqueId(name) {
  const number = (numbers.get(name) ?? 0) + 1;
  numbers.set(name, number);
  return `${name}-${number}`;
}
