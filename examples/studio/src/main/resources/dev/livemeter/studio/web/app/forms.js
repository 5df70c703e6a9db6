import { h, setText } from './dom.js';

/** A labelled input with a line of help. */
export function field(id, label, attributes = {}, help = '') {
  return h('div', { class: 'field' },
    h('label', { for: id }, label),
    h('input', { id, autocomplete: 'off', 'aria-describedby': help === '' ? null : `${id}-help`, ...attributes }),
    help === '' ? null : h('p', { id: `${id}-help`, class: 'help' }, help));
}

/** A labelled input for several lines. */
export function area(id, label, attributes = {}, help = '') {
  return h('div', { class: 'field' },
    h('label', { for: id }, label),
    h('textarea', { id, autocomplete: 'off', 'aria-describedby': help === '' ? null : `${id}-help`, ...attributes }),
    help === '' ? null : h('p', { id: `${id}-help`, class: 'help' }, help));
}

/** A labelled choice. Options are pairs of value and words. */
export function choice(id, label, options, help = '') {
  return h('div', { class: 'field' },
    h('label', { for: id }, label),
    h('select', { id, 'aria-describedby': help === '' ? null : `${id}-help` }, options.map(([value, words]) => h('option', { value }, words))),
    help === '' ? null : h('p', { id: `${id}-help`, class: 'help' }, help));
}

/** What was entered. */
export function valueOf(container) {
  return container.querySelector('input, select, textarea').value.trim();
}

export function setValue(container, value) {
  container.querySelector('input, select, textarea').value = value;
}

/**
 * A name for a change of money. A form keeps it until the change is known to have happened, so that trying again after a lost answer pays once.
 */
export function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * Does what a form is for, once at a time. What the server objects to is shown in its own sentence, at the field it names.
 *
 * @param fields by the names that the server has for them
 */
export async function submitting(form, problem, fields, work) {
  if (form.dataset.busy === 'true') {
    return;
  }
  form.dataset.busy = 'true';
  setText(problem, '');
  try {
    await work();
  } catch (error) {
    setText(problem, error.message);
    fields[error.field]?.querySelector('input, select, textarea').focus();
  } finally {
    form.dataset.busy = 'false';
  }
}
