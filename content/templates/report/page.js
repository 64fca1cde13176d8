// The report's own script: everything it shows lies in the page; it loads nothing. Foreign text only ever becomes
// text nodes and attributes set by value, never markup.
const block = (id) => JSON.parse(document.getElementById(id).textContent);
const D = { ...block('data'), ...block('picture'), who: block('who') };
const A = D.answer;
const LEVELS = ['critical', 'high', 'medium', 'low', 'informational'];
const DAY = 86400000;
const SVG = 'http://www.w3.org/2000/svg';

const el = (tag, props = {}, ...kids) => {
  const e = document.createElement(tag);
  for (const [k, v] of Object.entries(props)) {
    if (k === 'class') e.className = v;
    else if (k.startsWith('on')) e.addEventListener(k.slice(2), v);
    else if (v !== undefined && v !== null) e.setAttribute(k, v);
  }
  e.append(...kids.flat(Number.POSITIVE_INFINITY).filter((k) => k !== null && k !== undefined && k !== false));
  return e;
};
const svg = (tag, props = {}, ...kids) => {
  const e = document.createElementNS(SVG, tag);
  for (const [k, v] of Object.entries(props)) e.setAttribute(k, v);
  e.append(...kids);
  return e;
};
const num = (n) => n.toLocaleString('en-US');
const plural = (n, one, many = `${one}s`) => `${num(n)} ${n === 1 ? one : many}`;
const level = (l) => el('span', { class: `lv ${l}` }, l);
// Rows are tight: whole seconds in tables, every digit in the event's own panel.
const seconds = (t) => (t ? `${t.slice(0, 10)} ${t.slice(11, 19)}` : 'undated');
const into = (id, ...kids) =>
  document.getElementById(id).replaceChildren(...kids.flat(Number.POSITIVE_INFINITY).filter(Boolean));
