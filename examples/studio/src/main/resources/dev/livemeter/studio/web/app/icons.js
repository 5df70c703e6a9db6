const SHAPES = {
  circle: 'M10 3.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13',
  check: 'M4 10.5l4 4 8-9',
  copy: 'M7 7h9v10H7zM13 7V3H4v10h3',
  cross: 'M5 5l10 10M15 5L5 15',
  dots: 'M5 10h.01M10 10h.01M15 10h.01',
  plus: 'M10 4v12M4 10h12',
  retry: 'M15.5 7A6.5 6.5 0 1 0 16.5 11M16 3v4h-4',
  stop: 'M5.5 5.5h9v9h-9z',
  warning: 'M10 3l8 14H2zM10 8v4M10 14.5h.01',
};

/** A small line drawing that says what the text beside it says; hidden from screen readers. */
export function icon(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 20 20');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', SHAPES[name]);
  svg.append(path);
  return svg;
}
