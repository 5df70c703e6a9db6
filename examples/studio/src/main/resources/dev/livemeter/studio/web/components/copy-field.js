import { h, setText, uniqueId } from '../app/dom.js';
import { icon } from '../app/icons.js';

/** A text to be carried elsewhere: shown whole, selected by a click, copied by a button that says that it did. */
class CopyField extends HTMLElement {
  #timer = null;

  static make(label, value, help = '') {
    const field = document.createElement('lm-copy-field');
    field.label = label;
    field.value = value;
    field.help = help;
    return field;
  }

  connectedCallback() {
    const id = uniqueId('copy');
    this.text = h('code', { class: 'copyable', translate: 'no' }, this.value);
    this.words = h('span', {}, 'Copy');
    this.button = h('button', { type: 'button', onclick: () => this.#copy() },
      icon('copy'), this.words, h('span', { class: 'unseen' }, ` ${this.label.toLowerCase()}`));
    this.said = h('span', { class: 'unseen', role: 'status' });
    this.replaceChildren(
      h('p', { class: 'label', id }, this.label),
      h('div', { class: 'copy-row', role: 'group', 'aria-labelledby': id }, this.text, this.button),
      this.help === '' ? '' : h('p', { class: 'help' }, this.help),
      this.said);
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
  }

  async #copy() {
    try {
      await navigator.clipboard.writeText(this.value);
      this.#say('Copied');
    } catch {
      // Without permission the text is at least selected for Ctrl+C.
      getSelection().selectAllChildren(this.text);
      this.#say('Press Ctrl+C');
    }
  }

  #say(words) {
    setText(this.words, words);
    setText(this.said, words);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      setText(this.words, 'Copy');
      setText(this.said, '');
    }, 2500);
  }
}

customElements.define('lm-copy-field', CopyField);

export const copyField = CopyField.make;
