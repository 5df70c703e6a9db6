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
