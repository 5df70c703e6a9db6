import { h, setText, uniqueId } from '../app/dom.js';
import { exactMoney, signedMoney } from '../app/money.js';
import { formatClock, formatWhen } from '../app/time.js';

/**
 * Says why a stream cost what it cost: which minutes, at which rate, and the entries of the books behind it.
 *
 * @param query names another user for an administrator, such as "?user=bob"; else empty
 */
export async function explain(api, sessionId, query = '') {
  const path = `api/sessions/${encodeURIComponent(sessionId)}`;
  const titleId = uniqueId('explanation-title');
  const content = h('div', { class: 'explanation' }, h('p', { role: 'status' }, 'Looking it up…'));
  const dialog = h('dialog', { class: 'wide', 'aria-labelledby': titleId },
    h('form', { method: 'dialog' },
      h('h2', { id: titleId, tabindex: '-1' }, 'Why it cost that'),
      content,
      h('div', { class: 'choices' }, h('button', { value: 'close', autofocus: true }, 'Close'))));
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  try {
    const told = await api.get(`${path}/explanation${query}`);
    setText(dialog.querySelector('h2'), `Why it cost ${exactMoney(told.charged)}`);
    content.replaceChildren(...parts(told), told.books === null ? '' : entriesOf(api, path, query));
  } catch (error) {
    content.replaceChildren(h('p', { class: 'problem', role: 'alert' }, error.message));
  }
}

function parts(told) {
  const spans = told.spans.map(span => h('li', {}, h('span', {}, span.sentence), h('b', {}, exactMoney(span.amount))));
  return [
    h('p', {}, `It ran for ${formatClock(told.used)}, at the price that it began with: ${told.tariff.text}.`),
    spans.length === 0
      ? h('p', { class: 'empty' }, 'It never went live, so nothing was charged.')
      : h('ol', { class: 'sum' }, spans, h('li', { class: 'total' }, h('span', {}, 'Sum'), h('b', {}, exactMoney(told.sum)))),
    h('p', {}, told.sentence),
  ];
}

/** The entries are many; they are asked for when somebody opens them. */
function entriesOf(api, path, query) {
  const list = h('ol', { class: 'sum entries' });
  const problem = h('p', { class: 'problem', role: 'alert' });
  const more = h('button', { type: 'button', hidden: true, onclick: () => load() }, 'Show earlier entries');
  let next = null;
  const load = async () => {
    const before = next === null ? '' : `&before=${encodeURIComponent(next)}`;
    try {
      const page = await api.get(`${path}/entries${query === '' ? '?' : `${query}&`}limit=20${before}`);
      list.append(...page.entries.map(entry => h('li', {},
        h('span', {}, h('time', { datetime: entry.at }, formatWhen(entry.at)), ' ', h('code', {}, entry.id), memo(entry)),
        signedMoney(entry.amount))));
      next = page.next;
      more.hidden = next === null;
      setText(problem, '');
    } catch (error) {
      setText(problem, error.message);
    }
  };
  return h('details', { ontoggle: event => event.target.open && list.childElementCount === 0 && load() },
    h('summary', {}, 'The entries in the books'), list, problem, more);
}

function memo(entry) {
  return entry.memo === '' ? null : h('span', { class: 'help' }, entry.memo);
}
