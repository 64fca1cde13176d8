// ---- start ------------------------------------------------------------------------------------------------------------
story();
who();
answer();
notSeen();
touched('hosts', A.hosts, A.moreHosts, 'hosts');
touched('accounts', A.accounts, A.moreAccounts, 'accounts');
touched('addresses', A.addresses, A.moreAddresses, 'addresses');
if (initView()) drawTimeline();
else into('timeline', el('p', { class: 'empty' }, 'No dated event.'));
for (const by of ['rule', 'host']) {
  const button = document.getElementById(`by-${by}`);
  button.addEventListener('click', () => {
    state.by = by;
    for (const b of ['rule', 'host']) document.getElementById(`by-${b}`).setAttribute('aria-pressed', String(b === by));
    drawFindings();
  });
}
document.getElementById('q').addEventListener('input', (e) => {
  state.text = e.target.value;
  drawFindings();
});
document.getElementById('level').addEventListener('change', (e) => {
  state.level = e.target.value;
  drawFindings();
});
document.getElementById('whole').addEventListener('click', () => setView(view.min, view.max));
document.addEventListener('keydown', (e) => {
  if (e.key === 'Escape') closeEvent();
  if (e.key === '/' && document.activeElement?.tagName !== 'INPUT') {
    e.preventDefault();
    document.getElementById('q').focus();
  }
});
window.addEventListener('resize', () => view.max > 1 && drawTimeline());
// On paper every row that is folded on the screen stays folded, but lists of what was not seen are opened.
window.addEventListener('beforeprint', () => {
  for (const d of document.querySelectorAll('details')) d.open = true;
});
drawFindings();
sources();
rules();
evidence();
