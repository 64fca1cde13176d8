// ---- one event ----------------------------------------------------------------------------------------------------
function showEvent(address, f) {
  const record = D.records[address];
  const rule =
    f && f.rule !== undefined && typeof f.rule === 'number' ? A.rules[f.rule] : A.rules.find((r) => r.id === f?.rule);
  const [digest] = address.split('@');
  const evidence = A.evidence.find((e) => e.digest === digest);
  into(
    'event',
    el(
      'div',
      { class: 'bar' },
      el('button', { onclick: closeEvent }, 'close (Esc)'),
      el('span', { class: 'meta' }, record?.time ? `${record.time} (UTC)` : ''),
    ),
    rule ? el('h3', {}, level(rule.level), ' ', rule.title) : null,
    f?.why ? el('p', {}, f.why) : null,
    rule?.innocent.length ? el('p', { class: 'why' }, `Innocent if: ${rule.innocent.join('; ')}`) : null,
    f?.caveats?.length ? el('div', { class: 'caveat' }, `Caveat: ${f.caveats.join('; ')}`) : null,
    f?.matched?.length
      ? el(
          'dl',
          {},
          f.matched.flatMap((m) => [
            el('dt', {}, m.field),
            el('dd', {}, el('code', {}, typeof m.value === 'string' ? m.value : JSON.stringify(m.value))),
          ]),
        )
      : null,
    el('h3', {}, 'Where it comes from'),
    el(
      'dl',
      {},
      el('dt', {}, 'address'),
      el('dd', {}, el('code', {}, address)),
      evidence ? [el('dt', {}, 'evidence'), el('dd', {}, evidence.names[0])] : null,
      el('dt', {}, 'ask again'),
      el('dd', {}, el('code', {}, `czernin show ${address.slice(0, 16)}@${address.split('@')[1]}`)),
    ),
    el('h3', {}, 'Record'),
    record
      ? [
          el('pre', {}, record.text),
          record.cut ? el('p', { class: 'why' }, 'cut for this page; czernin show prints the whole record') : null,
        ]
      : el('p', { class: 'why' }, 'Not kept in this page to keep it small; czernin show prints it.'),
  );
  const panel = document.getElementById('event');
  panel.classList.add('on');
  panel.scrollTop = 0;
}
function closeEvent() {
  document.getElementById('event').classList.remove('on');
}
