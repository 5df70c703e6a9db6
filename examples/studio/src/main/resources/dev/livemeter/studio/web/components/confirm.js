import { h, uniqueId } from '../app/dom.js';

/** Asks before something that cannot be taken back. Resolves to whether it was confirmed; Escape is a no. */
export function confirm({ title, text, yes, no = 'Cancel' }) {
  const titleId = uniqueId('confirm-title');
  const textId = uniqueId('confirm-text');
  const dialog = h('dialog', { 'aria-labelledby': titleId, 'aria-describedby': textId },
    h('form', { method: 'dialog' },
      h('h2', { id: titleId }, title),
      h('p', { id: textId }, text),
      h('div', { class: 'choices' },
        h('button', { value: 'no', autofocus: true }, no),
        h('button', { value: 'yes', class: 'danger' }, yes))));
  document.body.append(dialog);
  dialog.showModal();
  return new Promise(resolve => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'yes');
    });
  });
}

/** Asks for a line of text before something is done. Resolves to it, or to null where it was called off. */
export function ask({ title, text, label, yes, no = 'Cancel' }) {
  const titleId = uniqueId('ask-title');
  const inputId = uniqueId('ask-input');
  const input = h('input', { id: inputId, required: true, maxlength: '200', autocomplete: 'off' });
  const dialog = h('dialog', { 'aria-labelledby': titleId },
    h('form', { method: 'dialog' },
      h('h2', { id: titleId }, title),
      h('p', {}, text),
      h('div', { class: 'field' }, h('label', { for: inputId }, label), input),
      h('div', { class: 'choices' },
        h('button', { value: 'no', formnovalidate: true }, no),
        h('button', { value: 'yes', class: 'primary' }, yes))));
  // Enter is the first button's, and that one calls off.
  input.addEventListener('keydown', event => {
    if (event.key === 'Enter') {
      event.preventDefault();
      dialog.querySelector('button[value=yes]').click();
    }
  });
  document.body.append(dialog);
  dialog.showModal();
  input.focus();
  return new Promise(resolve => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'yes' ? input.value.trim() : null);
    });
  });
}

/** Asks before something is done and for a choice of how. Resolves to the value chosen, or to null where it was called off. */
export function choose({ title, text, label, options, yes, no = 'Cancel' }) {
  const titleId = uniqueId('choose-title');
  const textId = uniqueId('choose-text');
  const selectId = uniqueId('choose-from');
  const select = h('select', { id: selectId }, options.map(([value, words]) => h('option', { value }, words)));
  const dialog = h('dialog', { 'aria-labelledby': titleId, 'aria-describedby': textId },
    h('form', { method: 'dialog' },
      h('h2', { id: titleId }, title),
      h('p', { id: textId }, text),
      h('div', { class: 'field' }, h('label', { for: selectId }, label), select),
      h('div', { class: 'choices' },
        h('button', { value: 'no', autofocus: true }, no),
        h('button', { value: 'yes', class: 'danger' }, yes))));
  document.body.append(dialog);
  dialog.showModal();
  return new Promise(resolve => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'yes' ? select.value : null);
    });
  });
}
